using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>An alias of a tensor, so that the two can be disposed independently.</summary>
internal sealed record Alias : Op
{
    public override string Name => "alias";

    public override NumericClass NumericClass => NumericClass.View;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0];
}
