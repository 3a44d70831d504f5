using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class TanhLayer() : Activation("tanh", "the hyperbolic tangent")
{
    protected override Op Op(LayerContext context) => new Tanh();
}
