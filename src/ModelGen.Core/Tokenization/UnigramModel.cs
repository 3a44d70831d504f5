namespace ModelGen.Tokenization;

/// <summary>What a piece of a <see cref="UnigramModel"/> is for; the numbers are those of SentencePiece's files.</summary>
internal enum UnigramPieceKind
{
    /// <summary>A part of text.</summary>
    Normal = 1,

    /// <summary>Stands for what no piece covers.</summary>
    Unknown = 2,

    /// <summary>Stands for no text, such as the end of it.</summary>
    Control = 3,

    /// <summary>A part of text that is always a token of its own.</summary>
    UserDefined = 4,

    /// <summary>Not used.</summary>
    Unused = 5,

    /// <summary>A byte of what no piece covers, named <c>&lt;0x0A&gt;</c>.</summary>
    Byte = 6,
}

/// <summary>A piece of text that is a token, and the logarithm of its probability.</summary>
internal sealed record UnigramPiece(string Text, double Score, UnigramPieceKind Kind);

/// <summary>A unigram language model of pieces (Kudo 2018) and how text is prepared for it, as files say it.</summary>
internal sealed record UnigramModel
{
    /// <summary>The sign that stands for a space in pieces.</summary>
    public const char Space = '\u2581';

    /// <summary>The pieces by their ids.</summary>
    public required UnigramPiece[] Pieces { get; init; }

    /// <summary>The id of the piece for what no piece covers.</summary>
    public required int Unknown { get; init; }

    /// <summary>The ids of the special tokens by their text.</summary>
    public required IReadOnlyDictionary<string, int> Specials { get; init; }

    /// <summary>What special tokens are for, by their text, where their names do not tell.</summary>
    public IReadOnlyDictionary<string, SpecialTokenRole> Roles { get; init; } = new Dictionary<string, SpecialTokenRole>();

    /// <summary>The compiled rules that replace characters; empty if none are replaced.</summary>
    public byte[] Rules { get; init; } = [];

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddsSpace { get; init; } = true;

    /// <summary>Whether several spaces become one.</summary>
    public bool JoinsSpaces { get; init; } = true;

    /// <summary>Whether spaces at the beginning and the end are removed.</summary>
    public bool TrimsSpaces { get; init; } = true;

    /// <summary>Whether no piece goes beyond a word, also where the vocabulary has one that could.</summary>
    public bool SplitsWords { get; init; }

    /// <summary>Whether what no piece covers becomes bytes.</summary>
    public bool FallsBackToBytes { get; init; }
}
