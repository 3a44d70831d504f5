using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>Builds the use of a block.</summary>
internal sealed class BlockLayer : Layer
{
    public static readonly BlockLayer Instance = new();

    private BlockLayer()
        : base(BlockWord.Instance.Word, BlockWord.Instance.Summary, [.. BlockWord.Instance.Parameters]) { }

    public override bool AddsRows => true;

    public override string ShapeRule => "the output of its layers";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => BlockWord.Instance.Example;

    public override string Label(Arguments arguments) => arguments.Get(BlockWord.Name);

    public override double CountLayers(Arguments arguments) => 1 + CountLayers(arguments.Get(BlockWord.Body));

    public override double CountResiduals(Arguments arguments) => CountResiduals(arguments.Get(BlockWord.Body));

    public override Value? Build(LayerContext context)
    {
        var name = context.Get(BlockWord.Name);
        context.Model.BlockUses.Push(new BlockUse(name, context.Spec.Origin));
        var built = context.Class(name, context.Get(BlockWord.Body), context.Input, context.EndsBranch);
        context.Model.BlockUses.Pop();
        if (built is not { } graph)
        {
            return null;
        }

        context.AddRow(name, graph.Output.Shape, graph.ParameterCount, graph);
        return context.Call(context.Spec.Name ?? name, [graph], isList: false, context.Input, Recomputation.IsWanted(context, [graph]));
    }
}
