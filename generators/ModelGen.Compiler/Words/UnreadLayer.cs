using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Words;

/// <summary>What a layer does that could not be read: nothing, and none after it.</summary>
internal sealed class UnreadLayer : Layer
{
    public static readonly UnreadLayer Instance = new();

    private UnreadLayer()
        : base("unknown", "a layer that could not be read")
    {
    }

    public override string ShapeRule => "none";

    public override string ExampleInput => "tensor: [1]";

    public override string Example => "unknown";

    public override Value? Build(LayerContext context) => null;
}
