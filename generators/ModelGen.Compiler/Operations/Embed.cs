using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The rows of the weight that the ids select. Operands: ids […], weight [count, width].</summary>
internal sealed record Embed : Op
{
    public override string Name => "embed";

    public override bool HasIndependentRows => true;

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(new EquatableArray<Dim>(operands[0].Axes.Append(operands[1].Last)));
}
