using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// A channel more, which holds the standard deviation √(variance + 10⁻⁸) over a group of samples, averaged over all channels and places.
/// Operand: [C, …].
/// </summary>
/// <param name="Group">How many samples form a group: of n groups samples i, i + n, i + 2n and so on do. A batch that is no multiple of it
/// is one group as a whole.</param>
internal sealed record MinibatchDeviation(long Group) : Op
{
    public override string Name => "minibatch-deviation";

    public override IReadOnlyList<OpArgument> Arguments => [new("group", Group)];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].With(0, operands[0].Axes[0] + 1);
}
