using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Layers;

internal sealed class TanhLayer() : Activation("tanh", "the hyperbolic tangent")
{
    protected override Op Op(LayerContext context) => new Tanh();
}
