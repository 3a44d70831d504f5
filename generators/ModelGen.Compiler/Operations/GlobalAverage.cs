using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The mean over all axes except the first. Operand: [C, …].</summary>
internal sealed record GlobalAverage : Op
{
    public override string Name => "global-average";

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(operands[0].Axes[0]);

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Nothing;
}
