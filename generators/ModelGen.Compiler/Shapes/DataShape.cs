namespace ModelGen.Compiler.Shapes;

/// <summary>What a model's data looks like to its network.</summary>
/// <param name="Shape">One sample.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Vocabulary">How many token ids there are; 0 for data that is no text.</param>
/// <param name="Context">The longest sequence; 0 for data that is no sequence.</param>
internal sealed record DataShape(Shape Shape, ElementType Type, long Vocabulary, long Context)
{
    /// <summary>The symbol of the sequence length.</summary>
    public const string Sequence = "T";

    /// <summary>The lengths that every layer must be able to take: a single token.</summary>
    public static IReadOnlyDictionary<string, long> Shortest { get; } = new Dictionary<string, long> { [Sequence] = 1 };

    /// <summary>The lengths for which costs are stated: the whole context.</summary>
    public IReadOnlyDictionary<string, long> Longest => new Dictionary<string, long> { [Sequence] = Context };
}
