using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Shapes;

/// <summary>A model's data as its network sees it.</summary>
/// <param name="Shape">One sample.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Vocabulary">The number of token ids; 0 if the data is not text.</param>
/// <param name="Context">The longest sequence; 0 if the data is not a sequence.</param>
internal sealed record DataShape(Shape Shape, ElementType Type, long Vocabulary, long Context)
{
    /// <summary>The symbol of the sequence length.</summary>
    public const string Sequence = "T";

    /// <summary>The id of the token that stands between a prompt and its answer; null for none.</summary>
    public long? AnswerToken { get; init; }

    /// <summary>The id of the token that ends a text; null for none.</summary>
    public long? EndToken { get; init; }

    /// <summary>Whether attention keeps documents of one sequence apart, which <see cref="EndToken"/> tells.</summary>
    public bool KeepsDocumentsApart { get; init; }

    /// <summary>The id of the token that stands in for one to be predicted; null for none.</summary>
    public long? MaskToken { get; init; }

    /// <summary>The id of the token that fills short sequences up; null for none.</summary>
    public long? PaddingToken { get; init; }

    /// <summary>The bounds of its values; null if unbounded.</summary>
    public (double Low, double High)? Range { get; init; }

    /// <summary>The model's lengths that are known only at run time.</summary>
    public EquatableArray<Symbol> Symbols { get; init; } = new(Context > 0 ? [new Symbol(Sequence, Context)] : []);

    /// <summary>The lengths at which costs are stated: the maximum of each symbol.</summary>
    public IReadOnlyDictionary<string, long> Longest =>
        Symbols.ToDictionary(static symbol => symbol.Name, static symbol => symbol.Longest, StringComparer.Ordinal);
}
