using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class RepeatLayer()
    : Layer("repeat", "the same list of layers several times, each time with its own weights", Times, Body, BlockWord.Recompute)
{
    private static readonly IntegerParameter Times = new("times", "how many times")
    {
        IsMain = true,
        IsRequired = true,
        Maximum = 1000,
    };

    private static readonly LayersParameter Body = new("layers", "the layers") { IsRequired = true, IsBeside = true };

    public override bool AddsRows => true;

    public override string ResultName => "x";

    public override string ShapeRule => "[…] -> the output of the last repetition";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "{ repeat: 3, layers: [linear: 4, relu], recompute: true }";

    public override double CountLayers(Arguments arguments) => 1 + (arguments.Get(Times) * CountLayers(arguments.Get(Body)));

    public override double CountResiduals(Arguments arguments) => arguments.Get(Times) * CountResiduals(arguments.Get(Body));

    public override Value? Build(LayerContext context)
    {
        var elements = new List<ModuleGraph>();
        var input = context.Input;
        for (var i = 1; i <= context.Get(Times); i++)
        {
            // Only the last repetition ends a residual; it has its own class if its weight is then initialised differently.
            var endsBranch = context.EndsBranch && i == context.Get(Times) && context.Model.HasBranchInitialiser;
            if (context.Class("block", context.Get(Body), input, endsBranch) is not { } element)
            {
                return null;
            }

            elements.Add(element);
            input = element.Output;
        }

        // Equal rows are shown once, with their count.
        for (int start = 0, end; start < elements.Count; start = end)
        {
            end = start + 1;
            while (end < elements.Count && elements[end] == elements[start])
            {
                end++;
            }

            context.AddRow(
                Word,
                elements[start].Output.Shape,
                checked((end - start) * elements[start].ParameterCount),
                elements[start],
                end - start
            );
        }

        return context.Call(
            context.Spec.Name ?? "blocks",
            elements,
            isList: true,
            context.Input,
            Recomputation.IsWanted(context, elements)
        );
    }
}
