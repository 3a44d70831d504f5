using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The largest element over all axes except the first. Operand: [C, …].</summary>
internal sealed record GlobalMaximum : Op
{
    public override string Name => "global-maximum";

    public override NumericClass NumericClass => NumericClass.Any;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(operands[0].Axes[0]);

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Inputs | Kept.Result;
}
