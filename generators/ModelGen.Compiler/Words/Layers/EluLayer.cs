using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class EluLayer() : Activation("elu", "x for x > 0, otherwise alpha * (exp(x) - 1): Clevert et al. 2015", Alpha)
{
    private static readonly NumberParameter Alpha = new("alpha", "the negative limit")
    {
        Default = 1,
        Range = Language.Range.Positive,
        IsMain = true,
    };

    public override string Example => "elu: { alpha: 0.5 }";

    protected override Op Op(LayerContext context) => new Elu(context.Get(Alpha));
}
