using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Layers;

internal sealed class SigmoidLayer() : Activation("sigmoid", "1 / (1 + exp(-x))")
{
    public override bool KeepsFinite => true;

    protected override Arithmetic Arithmetic => Arithmetic.Any;

    protected override string Expression(LayerContext context) => "functional.sigmoid($0)";
}
