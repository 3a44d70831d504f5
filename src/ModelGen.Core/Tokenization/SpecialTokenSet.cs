using System.Buffers;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>The special tokens of a tokenizer, and where they stand in a text: the leftmost, of those at one place the longest.</summary>
internal sealed class SpecialTokenSet
{
    private readonly SearchValues<string> _values;
    private readonly SpecialToken[] _longestFirst;

    /// <param name="ids">The id of each token by its text; published names tell what a token is for.</param>
    /// <param name="file">Where they come from.</param>
    /// <exception cref="ModelGenException">A text is empty or has half of a surrogate pair.</exception>
    public SpecialTokenSet(IReadOnlyDictionary<string, int> ids, TokenizerFile file)
        : this(SpecialTokenRoles.Of(ids, new Dictionary<string, SpecialTokenRole>()), file) { }

    /// <param name="tokens">The tokens.</param>
    /// <param name="file">Where they come from.</param>
    /// <exception cref="ModelGenException">A text is empty or has half of a surrogate pair.</exception>
    public SpecialTokenSet(IReadOnlyList<SpecialToken> tokens, TokenizerFile file)
    {
        foreach (var (_, text, _) in tokens)
        {
            if (text.Length == 0 || Surrogates.IndexOfHalf(text) >= 0)
            {
                throw file.Wrong("a special token is empty or has half of a surrogate pair; it needs at least one character");
            }
        }

        Tokens = tokens;
        _values = SearchValues.Create([.. tokens.Select(static token => token.Text)], StringComparison.Ordinal);
        _longestFirst = [.. tokens.OrderByDescending(static token => token.Text.Length)];
    }

    /// <summary>The tokens.</summary>
    public IReadOnlyList<SpecialToken> Tokens { get; }

    /// <summary>The number of UTF-16 code units of the longest; 0 if there are none.</summary>
    public int LongestLength => _longestFirst.Length > 0 ? _longestFirst[0].Text.Length : 0;

    /// <summary>Finds the first one in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">Its id.</param>
    /// <param name="length">Its length in UTF-16 code units.</param>
    /// <returns>Its position; negative if there is none.</returns>
    public int IndexIn(ReadOnlySpan<char> text, out int id, out int length)
    {
        (id, length) = (0, 0);
        var position = _longestFirst.Length > 0 ? text.IndexOfAny(_values) : -1;
        if (position < 0)
        {
            return position;
        }

        foreach (var (_, token, number) in _longestFirst)
        {
            if (text[position..].StartsWith(token, StringComparison.Ordinal))
            {
                (id, length) = (number, token.Length);
                break;
            }
        }

        return position;
    }
}
