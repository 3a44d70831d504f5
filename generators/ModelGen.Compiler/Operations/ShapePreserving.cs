using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>An operation on one tensor whose result has the same shape.</summary>
internal abstract record ShapePreserving(string OpName, NumericClass Class) : Op
{
    public sealed override string Name => OpName;

    public sealed override NumericClass NumericClass => Class;

    public sealed override Shape Infer(IReadOnlyList<Shape> operands) => operands[0];
}
