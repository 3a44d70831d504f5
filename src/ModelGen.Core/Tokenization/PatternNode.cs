namespace ModelGen.Tokenization;

internal enum PatternNodeKind
{
    /// <summary>Characters of one set, some number of times.</summary>
    Run,

    /// <summary>The first of several alternatives that lets the rest match.</summary>
    Branch,

    /// <summary>The next character is, or is not, of a set; it is not consumed.</summary>
    Ahead,

    /// <summary>The end of the text.</summary>
    End,
}

/// <summary>A step of a <see cref="SplitPattern"/>; null stands for its end.</summary>
internal sealed class PatternNode(PatternNodeKind kind)
{
    public PatternNodeKind Kind => kind;

    public PatternNode? Next { get; init; }

    public CharacterSet? Set { get; init; }

    public int Least { get; init; } = 1;

    public int Most { get; init; } = 1;

    public bool IsPossessive { get; init; }

    public bool IsNegated { get; init; }

    public bool IsOptional { get; init; }

    public PatternNode?[] Alternatives { get; init; } = [];

    /// <summary>For each ASCII character the alternatives that can begin with it, a bit for each; then all of them.</summary>
    public ulong[] AlternativesByFirst { get; init; } = [];

    /// <summary>The ASCII characters that a match from a node on can begin with; all of them where it may be empty.</summary>
    public static UInt128 StartOf(PatternNode? node) =>
        node switch
        {
            { Kind: PatternNodeKind.Run } => node.Set!.Ascii | (node.Least == 0 ? StartOf(node.Next) : 0),
            { Kind: PatternNodeKind.Branch } => node.Alternatives.Aggregate(
                node.IsOptional ? StartOf(node.Next) : 0,
                static (all, alternative) => all | StartOf(alternative)
            ),
            _ => UInt128.MaxValue,
        };
}
