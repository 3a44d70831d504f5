using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelGen.Constraints;

/// <summary>A set of tokens, a bit for each.</summary>
internal sealed class TokenSet : IEquatable<TokenSet>
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _words;

    /// <summary>No token.</summary>
    public static readonly TokenSet Empty = new(0);

    /// <summary>Begins with no token.</summary>
    /// <param name="vocabulary">How many tokens there are.</param>
    public TokenSet(int vocabulary) => _words = new ulong[(vocabulary + BitsPerWord - 1) / BitsPerWord];

    /// <summary>The token, if there is only one.</summary>
    public int? Only
    {
        get
        {
            using var tokens = Tokens().GetEnumerator();
            int? first = tokens.MoveNext() ? tokens.Current : null;
            return tokens.MoveNext() ? null : first;
        }
    }

    /// <summary>Adds a token.</summary>
    public void Add(int token) => _words[token / BitsPerWord] |= 1UL << (token % BitsPerWord);

    /// <summary>Whether a token is there.</summary>
    public bool Contains(int token) =>
        token / BitsPerWord < _words.Length && (_words[token / BitsPerWord] >> (token % BitsPerWord) & 1) != 0;

    /// <summary>The tokens, in order.</summary>
    public IEnumerable<int> Tokens()
    {
        for (var word = 0; word < _words.Length; word++)
        {
            for (var left = _words[word]; left != 0; left &= left - 1)
            {
                yield return (word * BitsPerWord) + BitOperations.TrailingZeroCount(left);
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(TokenSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TokenSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(_words.AsSpan()));
        return hash.ToHashCode();
    }
}
