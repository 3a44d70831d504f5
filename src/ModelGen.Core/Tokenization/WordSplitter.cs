using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Cuts a stream of text into words by patterns; each pattern after the first cuts the words of the one before.</summary>
/// <param name="patterns">The patterns; what none of a pattern's matches covers is a word, too.</param>
/// <param name="specials">The special tokens.</param>
internal abstract class WordSplitter(IReadOnlyList<SplitPattern> patterns, SpecialTokenSet specials) : TextSplitter(specials)
{
    /// <summary>Takes a word, at least one character.</summary>
    /// <param name="word">The word.</param>
    protected abstract void TakeWord(ReadOnlySpan<char> word);

    protected override int Split(ReadOnlySpan<char> text, bool isEnd) => Cut(text, isEnd, 0);

    private int Cut(ReadOnlySpan<char> text, bool isEnd, int depth)
    {
        if (depth == patterns.Count)
        {
            if (!isEnd || text.IsEmpty)
            {
                return 0;
            }

            TakeWord(text);
            return text.Length;
        }

        var (done, position) = (0, 0);
        while (position < text.Length)
        {
            var length = patterns[depth].Match(text[position..], out var touchesEnd);
            if (touchesEnd && !isEnd)
            {
                return done;
            }

            if (length == 0)
            {
                position += char.IsHighSurrogate(text[position]) ? 2 : 1;
                continue;
            }

            if (done < position)
            {
                Cut(text[done..position], isEnd: true, depth + 1);
            }

            Cut(text.Slice(position, length), isEnd: true, depth + 1);
            position += length;
            done = position;
        }

        if (isEnd && done < position)
        {
            Cut(text[done..], isEnd: true, depth + 1);
            done = position;
        }

        return done;
    }
}
