using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Layers;

internal sealed class SiluLayer() : Activation("silu", "x * sigmoid(x): Elfwing et al. 2017")
{
    protected override Arithmetic Arithmetic => Arithmetic.Any;

    protected override string Expression(LayerContext context) => "functional.silu($0)";
}
