using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// x with one more channel, which holds the standard deviation √(variance + 10⁻⁸) over a group of samples, averaged over all channels and
/// positions. Operand: [C, …].
/// </summary>
/// <param name="Group">How many samples form a group: with n groups, samples i, i + n, i + 2n and so on. A batch that is not a multiple of
/// it is a single group.</param>
internal sealed record MinibatchDeviation(long Group) : Op
{
    public override string Name => "minibatch-deviation";

    public override IReadOnlyList<OpArgument> Arguments => [new("group", Group)];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].With(0, operands[0].Axes[0] + 1);

    public override Kept Kept => Kept.Nothing;

    // The differences from the mean; in backward the gradient of their squares and of each factor of these.
    public override Dim KeptBesides(IReadOnlyList<Shape> operands) => operands[0].Count;

    public override Dim Workspace(IReadOnlyList<Shape> operands) => 3 * operands[0].Count;
}
