using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Layers;

/// <summary>Stands for a layer that could not be read, so that the shapes before it are checked all the same.</summary>
internal sealed class UnknownLayer : Layer
{
    private static readonly UnknownLayer Instance = new();

    private UnknownLayer()
        : base("unknown", "a layer that could not be read")
    {
    }

    /// <summary>The layer at a place that is not known.</summary>
    public static LayerSpec Spec { get; } = new(-1, Instance, Arguments.Of(Instance.Parameters, new Dictionary<Parameter, object?>()), null, default);

    public override string ShapeRule => "none";

    public override string ExampleInput => "tensor: [1]";

    public override string Example => "unknown";

    public override Value? Build(LayerContext context) => null;
}
