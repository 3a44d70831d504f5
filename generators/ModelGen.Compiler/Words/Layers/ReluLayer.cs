using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class ReluLayer() : Activation("relu", "max(x, 0)")
{
    protected override Op Op(LayerContext context) => new Relu();
}
