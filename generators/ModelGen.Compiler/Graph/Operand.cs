using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Graph;

/// <summary>What an operation works on: a tensor of the graph or a weight.</summary>
internal abstract class Operand(Shape shape)
{
    /// <summary>Its shape, without the batch.</summary>
    public Shape Shape { get; } = shape;
}
