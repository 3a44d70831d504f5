using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The last axis, split into several.</summary>
/// <param name="Sizes">Their lengths, whose product is that of the axis.</param>
internal sealed record Unflatten(EquatableArray<long> Sizes) : Op
{
    public override string Name => "unflatten";

    public override IReadOnlyList<OpArgument> Arguments => [new("sizes", Sizes)];

    public override NumericClass NumericClass => NumericClass.View;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) =>
        new(new EquatableArray<Dim>(operands[0].Axes.Take(operands[0].Rank - 1).Concat(Sizes.Select(static size => (Dim)size))));
}
