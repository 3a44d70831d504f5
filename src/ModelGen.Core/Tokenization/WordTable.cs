using System.Buffers;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// Which tokens are words together: those of a run of letters, combining marks and digits, see <see cref="WordCharacters"/>. Special
/// tokens are words by themselves.
/// </summary>
internal sealed class WordTable
{
    private readonly WordLinks[] _links;

    public WordTable(Tokenizer tokenizer)
    {
        _links = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.LinksOf)];
        foreach (var special in tokenizer.SpecialTokens)
        {
            _links[special.Id] = WordLinks.None;
        }
    }

    /// <summary>Where each word of a sequence begins, and then the sequence's length.</summary>
    public int[] Bounds(ReadOnlySpan<long> tokens)
    {
        var bounds = new List<int>();
        for (var place = 0; place < tokens.Length; place++)
        {
            if (place == 0 || !AreOneWord(tokens[place - 1], tokens[place]))
            {
                bounds.Add(place);
            }
        }

        return [.. bounds, tokens.Length];
    }

    /// <summary>The links of a character.</summary>
    public static WordLinks LinksOf(Rune character) => WordCharacters.IsInRun(character) ? WordLinks.Both : WordLinks.None;

    /// <summary>
    /// The links of a token by its first and last character. A part of a character counts as a letter, so that no character is split.
    /// </summary>
    /// <param name="text">UTF-8, possibly with parts of characters at its ends; empty for no text.</param>
    /// <param name="space">The character that stands for a space in front of a word and belongs to it; null if it does not.</param>
    public static WordLinks LinksOf(ReadOnlySpan<byte> text, Rune? space = null)
    {
        if (text.IsEmpty)
        {
            return WordLinks.None;
        }

        var isFirstWhole = Rune.DecodeFromUtf8(text, out var first, out _) == OperationStatus.Done;
        var isLastWhole = Rune.DecodeLastFromUtf8(text, out var last, out _) == OperationStatus.Done;
        return (!isFirstWhole || WordCharacters.IsInRun(first) ? WordLinks.ToPrevious : WordLinks.None)
            | (!isLastWhole || WordCharacters.IsInRun(last) || last == space ? WordLinks.ToNext : WordLinks.None);
    }

    private bool AreOneWord(long left, long right) => _links[left].HasFlag(WordLinks.ToNext) && _links[right].HasFlag(WordLinks.ToPrevious);
}
