using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class SiluLayer() : Activation("silu", "x * sigmoid(x): Elfwing et al. 2017")
{
    protected override Op Op(LayerContext context) => new Silu();
}
