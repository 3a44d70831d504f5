using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The slices along an axis, each without that axis.</summary>
/// <param name="Axis">Counted from 0, without the batch.</param>
/// <param name="Count">The length of the axis.</param>
internal sealed record Unbind(int Axis, int Count) : Op
{
    public override string Name => "unbind";

    public override IReadOnlyList<OpArgument> Arguments => [new("axis", (long)Axis)];

    public override NumericClass NumericClass => NumericClass.View;

    public override bool KeepsFinite => true;

    public override int Results => Count;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(new EquatableArray<Dim>(operands[0].Axes.Where((_, i) => i != Axis)));
}
