using System.Buffers;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>
/// Cuts a stream of text at special tokens, and holds what could still be the beginning of one or of a longer word, so that the pieces of a
/// stream give what the whole text gives.
/// </summary>
/// <param name="specials">The special tokens.</param>
internal abstract class TextSplitter(SpecialTokenSet specials)
{
    private char[] _held = [];
    private int _length;
    private int _wanted;
    private long _position;

    /// <summary>Receives the ids.</summary>
    public IBufferWriter<int> Tokens { get; set; } = null!;

    /// <summary>The words whose tokens are known.</summary>
    public KnownWords Known { get; set; } = null!;

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">The next characters; a surrogate pair is not split between pieces.</param>
    /// <exception cref="ModelGenException">The piece has half of a surrogate pair, or one word is longer than memory can hold.</exception>
    public void Append(ReadOnlySpan<char> piece)
    {
        if (Surrogates.IndexOfHalf(piece) is >= 0 and var half)
        {
            throw new ModelGenException(
                $"The text has half of a surrogate pair at position {_position + half}, which is not a character; remove it."
            );
        }

        _position += piece.Length;
        Reserve(piece.Length);
        piece.CopyTo(_held.AsSpan(_length));
        _length += piece.Length;

        // A word that goes on and on is looked at again when it has doubled, so that the work stays proportional to the text.
        if (_length >= _wanted)
        {
            Process(isEnd: false);
        }
    }

    /// <summary>Ends the stream.</summary>
    public virtual void Flush()
    {
        Process(isEnd: true);
        _position = 0;
    }

    /// <summary>Takes text between special tokens.</summary>
    /// <param name="text">The text from the last position consumed on.</param>
    /// <param name="isEnd">Whether the section ends there; if so, all of it is consumed.</param>
    /// <returns>The number of UTF-16 code units consumed: what no further text can change.</returns>
    protected abstract int Split(ReadOnlySpan<char> text, bool isEnd);

    /// <summary>Takes a special token.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="length">Its length in the text, in UTF-16 code units.</param>
    protected virtual void TakeSpecial(int id, int length) => Write(id);

    /// <summary>Writes a token.</summary>
    /// <param name="id">Its id.</param>
    protected void Write(int id)
    {
        Tokens.GetSpan(1)[0] = id;
        Tokens.Advance(1);
    }

    private void Process(bool isEnd)
    {
        var start = 0;
        while (true)
        {
            var rest = _held.AsSpan(start.._length);
            var position = specials.IndexIn(rest, out var id, out var length);
            if (position >= 0)
            {
                start += Split(rest[..position], isEnd: true);
                if (!isEnd && rest.Length - position < specials.LongestLength)
                {
                    break;
                }

                TakeSpecial(id, length);
                start += length;
                continue;
            }

            var safe = isEnd ? rest.Length : Math.Max(0, rest.Length - Math.Max(0, specials.LongestLength - 1));
            if (safe < rest.Length && safe > 0 && char.IsLowSurrogate(rest[safe]))
            {
                safe--;
            }

            start += Split(rest[..safe], isEnd);
            break;
        }

        _held.AsSpan(start.._length).CopyTo(_held);
        _length -= start;
        _wanted = start > 0 || isEnd ? 0 : 2 * _length;
    }

    private void Reserve(int more)
    {
        var needed = (long)_length + more;
        if (needed > Array.MaxLength)
        {
            throw new ModelGenException(
                $"The text goes on for {needed} characters without a place to cut it into words; break it into lines first."
            );
        }

        if (needed > _held.Length)
        {
            Array.Resize(ref _held, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _held.Length)));
        }
    }
}
