using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Layers;

internal sealed class SoftplusLayer() : Activation("softplus", "log(1 + exp(beta * x)) / beta", Beta)
{
    private static readonly NumberParameter Beta = new("beta", "how sharp the bend is") { Default = 1, Range = Language.Range.Positive, IsMain = true };

    public override string Example => "softplus: { beta: 2 }";

    protected override Arithmetic Arithmetic => Arithmetic.Exact;

    protected override string Expression(LayerContext context) => $"functional.softplus($0, beta: {Beta.ToCSharp(context.Get(Beta))})";
}
