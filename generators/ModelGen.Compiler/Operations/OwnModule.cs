using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Operations;

/// <summary>A module class of the user's own, of which only the shape of its result is known.</summary>
/// <param name="Type">The class.</param>
/// <param name="Numbers">The arguments of its constructor.</param>
/// <param name="Output">The shape of its result.</param>
/// <param name="IsCausal">Whether no position of a sequence sees a later one.</param>
internal sealed record OwnModule(string Type, EquatableArray<double> Numbers, Shape Output, bool IsCausal) : Op
{
    public override string Name => "module";

    public override IReadOnlyList<OpArgument> Arguments =>
        [
            new("type", Type),
            new("arguments", string.Join(" ", Numbers.Select(NumberText.Of))),
            new("output", Output),
            new("causal", IsCausal),
        ];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override Shape Infer(IReadOnlyList<Shape> operands) => Output;

    public override Kept Kept => Kept.Inputs | Kept.Result;
}
