using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// One vector for a sequence: the mean of its vectors, the first or the last. Operands: [T, …], and perhaps the presence [T], which is 0
/// for vectors that do not count; of a sequence in which none counts the mean is 0, and the last is the first.
/// </summary>
/// <param name="Of">"mean", "first" or "last".</param>
internal sealed record SequencePool(string Of) : Op
{
    /// <summary>The mean.</summary>
    public const string Mean = "mean";

    /// <summary>The first vector.</summary>
    public const string First = "first";

    /// <summary>The last vector.</summary>
    public const string Last = "last";

    public override string Name => "sequence-pool";

    public override IReadOnlyList<OpArgument> Arguments => [new("of", Of)];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(new EquatableArray<Dim>(operands[0].Axes.Skip(1)));

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Nothing;
}
