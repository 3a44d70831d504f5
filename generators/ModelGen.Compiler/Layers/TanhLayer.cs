using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Layers;

internal sealed class TanhLayer() : Activation("tanh", "the hyperbolic tangent")
{
    public override bool KeepsFinite => true;

    protected override string Expression(LayerContext context) => "functional.tanh($0)";
}
