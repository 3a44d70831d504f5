using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Layers;

internal sealed class TanhLayer() : Activation("tanh", "the hyperbolic tangent")
{
    protected override string Expression(LayerContext context) => "functional.tanh($0)";
}
