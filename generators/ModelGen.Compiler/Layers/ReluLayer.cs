using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Layers;

internal sealed class ReluLayer() : Activation("relu", "max(x, 0)")
{
    public override bool KeepsFinite => true;

    protected override Arithmetic Arithmetic => Arithmetic.Any;

    protected override string Expression(LayerContext context) => "functional.relu($0)";
}
