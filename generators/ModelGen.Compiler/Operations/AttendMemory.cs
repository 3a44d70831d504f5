using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>Attention to the keys and values that <see cref="Remember"/> has kept. Operand: Q [heads, T, n].</summary>
/// <param name="ValueSize">The length of a value.</param>
internal sealed record AttendMemory(Dim ValueSize) : Op
{
    public override string Name => "attend-memory";

    public override NumericClass NumericClass => NumericClass.Product;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0].WithLast(ValueSize);
}
