using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// The nearest code for each position of a grid. Operands: grid [n, h, w], codes [count, n], their usage [count], their sums [count, n].
/// </summary>
/// <param name="Decay">The share of the moving averages kept by each training step.</param>
/// <param name="ReviveBelow">The share of uniform usage below which a code is replaced.</param>
internal sealed record Quantise(double Decay, double ReviveBelow) : Op
{
    public override string Name => "quantise";

    public override IReadOnlyList<OpArgument> Arguments => [new("decay", Decay), new("revive-below", ReviveBelow)];

    public override NumericClass NumericClass => NumericClass.Exact;

    // Each vector of the grid is compared with each code.
    public override Dim MultiplyAdds(IReadOnlyList<Shape> operands) => operands[1].Axes[0] * operands[0].Count;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0];
}
