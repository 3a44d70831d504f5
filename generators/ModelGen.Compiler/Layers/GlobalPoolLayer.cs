using System.Globalization;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class GlobalPoolLayer() : Layer("global-pool", "one figure for each channel, over all its places", Of)
{
    private static readonly ChoiceParameter Of = new("of", "which figure", "average", "max") { Default = "average", IsMain = true };

    public override string ShapeRule => "[C, L…] -> [C]";

    public override string ExampleInput => "tensor: [4, 9]";

    public override string Example => "global-pool: { of: max }";

    public override Value? Build(LayerContext context)
    {
        if (Spatial.Of(context) is not { } data)
        {
            return null;
        }

        context.SeesAlong(context.Input.Shape.Count);
        var axes = string.Join(", ", Enumerable.Range(2, data.Rank).Select(axis => axis.ToString(CultureInfo.InvariantCulture)));
        return context.Get(Of) == "max"
            ? context.Apply(Arithmetic.Any, $"$0.amax([{axes}])", new Shape(data.Channels))
            : context.Apply(Arithmetic.Exact, $"$0.mean([{axes}])", new Shape(data.Channels));
    }
}
