namespace ModelGen.Tokenization;

/// <summary>A WordPiece vocabulary and how text is prepared for it, as files say it. The usual values are BERT's.</summary>
internal sealed record WordPieceModel
{
    /// <summary>The tokens by their ids; those that continue a word begin with <see cref="Prefix"/>.</summary>
    public required string[] Tokens { get; init; }

    /// <summary>The ids of the special tokens by their text.</summary>
    public required IReadOnlyDictionary<string, int> Specials { get; init; }

    /// <summary>What special tokens are for, by their text, where their names do not tell.</summary>
    public IReadOnlyDictionary<string, SpecialTokenRole> Roles { get; init; } = new Dictionary<string, SpecialTokenRole>();

    /// <summary>Whether letters become lower-case letters.</summary>
    public bool LowersCase { get; init; } = true;

    /// <summary>Whether letters lose their accents.</summary>
    public bool StripsAccents { get; init; } = true;

    /// <summary>Whether control characters are removed.</summary>
    public bool CleansText { get; init; } = true;

    /// <summary>Whether each Chinese character is a word.</summary>
    public bool SplitsChinese { get; init; } = true;

    /// <summary>What a word becomes that the tokens cannot make up.</summary>
    public string Unknown { get; init; } = "[UNK]";

    /// <summary>What tokens begin with that continue a word.</summary>
    public string Prefix { get; init; } = "##";

    /// <summary>A word of more characters is unknown.</summary>
    public int LongestWord { get; init; } = 100;

    /// <summary>Whether a token continues a word.</summary>
    public bool IsContinuation(string token) => token.Length > Prefix.Length && token.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What a token adds to a text.</summary>
    /// <param name="token">Its id.</param>
    /// <param name="isFirst">Whether it is the first one, before which there is no space.</param>
    public string TextOf(int token, bool isFirst)
    {
        var text = Tokens[token];
        return IsContinuation(text) ? text[Prefix.Length..]
            : isFirst ? text
            : " " + text;
    }
}
