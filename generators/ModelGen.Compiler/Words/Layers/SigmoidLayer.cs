using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class SigmoidLayer() : Activation("sigmoid", "1 / (1 + exp(-x))")
{
    protected override Op Op(LayerContext context) => new Sigmoid();
}
