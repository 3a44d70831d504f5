using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class LeakyReluLayer() : Activation("leaky-relu", "x for x > 0, otherwise slope * x: Maas et al. 2013", Slope)
{
    private static readonly NumberParameter Slope = new("slope", "the slope below zero")
    {
        Default = 0.01,
        Range = Language.Range.NonNegative,
        IsMain = true,
    };

    public override string Example => "leaky-relu: { slope: 0.2 }";

    protected override Op Op(LayerContext context) => new LeakyRelu(context.Get(Slope));
}
