using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>The same elements, in the same order, in another shape.</summary>
internal sealed record Reshape(Shape To) : Op
{
    public override string Name => "reshape";

    public override IReadOnlyList<OpArgument> Arguments => [new("to", To)];

    public override NumericClass NumericClass => NumericClass.View;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) => To;
}
