using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The same numbers as another tensor, so that whoever takes the two may dispose of each.</summary>
internal sealed record Alias : Op
{
    public override string Name => "alias";

    public override NumericClass NumericClass => NumericClass.View;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0];
}
