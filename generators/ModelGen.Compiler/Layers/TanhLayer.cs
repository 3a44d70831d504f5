using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Layers;

internal sealed class TanhLayer() : Activation("tanh", "the hyperbolic tangent")
{
    public override bool KeepsFinite => true;

    protected override Arithmetic Arithmetic => Arithmetic.Any;

    protected override string Expression(LayerContext context) => "functional.tanh($0)";
}
