using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Layers;

/// <summary>The use of a block; its word is the block's name, so it is no word of the catalogue.</summary>
internal sealed class BlockLayer : Layer
{
    private static readonly TextParameter Name = new("name", "the block") { IsRequired = true };

    private static readonly LayersParameter Body = new("layers", "its layers with the parameters of this use in place") { IsRequired = true };

    // After its parameters, which static initialisation fills in the order written.
    public static readonly BlockLayer Instance = new();

    private BlockLayer()
        : base("block", "a list of layers defined under `blocks`", Name, Body, Recomputation.Parameter)
    {
    }

    public override bool AddsRows => true;

    public override string ShapeRule => "what its layers give";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "block";

    public static Arguments Use(string name, EquatableArray<LayerSpec> layers, bool isRecomputed) =>
        Arguments.Of(Instance.Parameters, new Dictionary<Parameter, object?> { [Name] = name, [Body] = layers, [Recomputation.Parameter] = isRecomputed });

    public override string Label(Arguments arguments) => arguments.Get(Name);

    public override double CountLayers(Arguments arguments) => 1 + arguments.Get(Body).Sum(layer => layer.Layer.CountLayers(layer.Arguments));

    public override double CountResiduals(Arguments arguments) => arguments.Get(Body).Sum(layer => layer.Layer.CountResiduals(layer.Arguments));

    public override Value? Build(LayerContext context)
    {
        var name = context.Get(Name);
        context.Scope.Network.BlockUses.Push(new BlockUse(name, context.Spec.Origin));
        var built = context.Class(name, context.Get(Body), context.Input, context.EndsBranch);
        context.Scope.Network.BlockUses.Pop();
        if (built is not { } graph)
        {
            return null;
        }

        context.AddRow(name, graph.Output.Shape, graph.ParameterCount, graph);
        return context.Call(context.Spec.Name ?? name, [graph], isList: false, context.Input, Recomputation.IsWanted(context, [graph]));
    }
}
