using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class SoftplusLayer() : Activation("softplus", "log(1 + exp(beta * x)) / beta", Beta)
{
    private static readonly NumberParameter Beta = new("beta", "how sharp the bend is")
    {
        Default = 1,
        Range = Language.Range.Positive,
        IsMain = true,
    };

    public override string Example => "softplus: { beta: 2 }";

    protected override Op Op(LayerContext context) => new Softplus(context.Get(Beta));
}
