using ModelGen.Compiler.Collections;

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

    /// <summary>What its values lie between; null where they may be any.</summary>
    public (double Low, double High)? Range { get; init; }

    /// <summary>The lengths of the model that only the run knows.</summary>
    public EquatableArray<Symbol> Symbols { get; init; } = new(Context > 0 ? [new Symbol(Sequence, Context)] : []);

    /// <summary>The lengths for which costs are stated: the most that each symbol may be.</summary>
    public IReadOnlyDictionary<string, long> Longest =>
        Symbols.ToDictionary(static symbol => symbol.Name, static symbol => symbol.Longest, StringComparer.Ordinal);
}
