using System.Text;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>Collects the characters of a text that are not part of a special token written in it.</summary>
internal sealed class CharacterCollector : TextSplitter
{
    private readonly TextCharacters _characters = new();

    private CharacterCollector(SpecialTokenSet specials)
        : base(specials) { }

    /// <summary>The distinct characters of a text, in ascending order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="specials">The special tokens.</param>
    public static IReadOnlyList<Rune> Distinct(TextCorpus text, IReadOnlyList<SpecialToken> specials)
    {
        if (specials.Count == 0)
        {
            return text.Alphabet;
        }

        var collector = new CharacterCollector(new SpecialTokenSet(specials, TokenizerFile.Unnamed));
        foreach (var piece in text.Pieces())
        {
            collector.Append(piece.Span);
        }

        collector.Flush();
        return collector._characters.Distinct();
    }

    protected override int Split(ReadOnlySpan<char> text, bool isEnd)
    {
        _characters.Add(text);
        return text.Length;
    }

    protected override void TakeSpecial(int id, int length) { }
}
