using System.Globalization;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class GlobalPoolLayer() : Layer("global-pool", "one value for each channel, over all its positions", Figure)
{
    private static readonly ChoiceParameter Figure = new("of", "which value", "average", "max") { Default = "average", IsMain = true };

    public override string ResultName => "pooled";

    public override string ShapeRule => "[C, L…] -> [C]";

    public override string ExampleInput => "tensor: [4, 9]";

    public override string Example => "global-pool: { of: max }";

    public override Value? Build(LayerContext context)
    {
        if (Spatial.Of(context) is null)
        {
            return null;
        }

        context.SeesAlong(context.Input.Shape.Count);
        return context.Apply(context.Get(Figure) == "max" ? new GlobalMaximum() : new GlobalAverage());
    }
}
