using System.Runtime.InteropServices;

namespace ModelGen.Tokenization;

/// <summary>
/// The tokens of words that have been encoded, for one thread at a time. It begins anew when it is full, and gives up a search after a few
/// places, so that memory is bounded and no choice of words makes it slow.
/// </summary>
internal sealed class KnownWords
{
    private const int FewestPlaces = 1 << 10;
    private const int MostPlaces = 1 << 17;
    private const int LongestSearch = 16;
    private const int LongestWord = 32;

    private Place[] _places = new Place[FewestPlaces];
    private char[] _characters = new char[8 * FewestPlaces];
    private int[] _tokens = new int[4 * FewestPlaces];
    private int _count;
    private int _characterCount;
    private int _tokenCount;

    /// <summary>Finds the tokens of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="tokens">Its tokens, valid until the next word is added.</param>
    /// <returns>Whether the word is known.</returns>
    public bool TryFind(ReadOnlySpan<char> word, out ReadOnlySpan<int> tokens)
    {
        var hash = Hash(word);
        for (var step = 0; step < LongestSearch; step++)
        {
            ref var place = ref _places[(hash + (uint)step) & (uint)(_places.Length - 1)];
            if (place.Length == 0)
            {
                break;
            }

            if (place.Hash == hash && word.SequenceEqual(_characters.AsSpan(place.Start, place.Length)))
            {
                tokens = _tokens.AsSpan(place.FirstToken, place.TokenCount);
                return true;
            }
        }

        tokens = [];
        return false;
    }

    /// <summary>Remembers the tokens of a word, unless it is too long to be met often.</summary>
    /// <param name="word">The word, at least one character, which is not known.</param>
    /// <param name="tokens">Its tokens.</param>
    public void Add(ReadOnlySpan<char> word, ReadOnlySpan<int> tokens)
    {
        if (word.Length > LongestWord)
        {
            return;
        }

        MakeRoom(word.Length, tokens.Length);
        var hash = Hash(word);
        for (var step = 0; step < LongestSearch; step++)
        {
            ref var place = ref _places[(hash + (uint)step) & (uint)(_places.Length - 1)];
            if (place.Length == 0)
            {
                place = new Place(hash, _characterCount, (ushort)word.Length, (ushort)tokens.Length, _tokenCount);
                word.CopyTo(_characters.AsSpan(_characterCount));
                tokens.CopyTo(_tokens.AsSpan(_tokenCount));
                _count++;
                _characterCount += word.Length;
                _tokenCount += tokens.Length;
                return;
            }
        }
    }

    private static uint Hash(ReadOnlySpan<char> word)
    {
        // 2^64 divided by the golden ratio, made odd.
        const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
        var hash = (ulong)word.Length;
        foreach (var units in MemoryMarshal.Cast<char, ulong>(word))
        {
            hash = (hash ^ units) * Multiplier;
            hash ^= hash >> 32;
        }

        foreach (var unit in word[(word.Length & ~3)..])
        {
            hash = (hash ^ unit) * Multiplier;
        }

        return (uint)(hash >> 32);
    }

    private void MakeRoom(int characters, int tokens)
    {
        if (2 * _count < _places.Length && _characterCount + characters <= _characters.Length && _tokenCount + tokens <= _tokens.Length)
        {
            return;
        }

        // Words met again soon fill the larger table; those of before need not be moved.
        var length = Math.Min(4 * _places.Length, MostPlaces);
        if (length > _places.Length)
        {
            (_places, _characters, _tokens) = (new Place[length], new char[8 * length], new int[4 * length]);
        }
        else
        {
            Array.Clear(_places);
        }

        (_count, _characterCount, _tokenCount) = (0, 0, 0);
    }

    private readonly record struct Place(uint Hash, int Start, ushort Length, ushort TokenCount, int FirstToken);
}
