using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Likelihoods;

internal sealed class Laplace() : Likelihood("laplace", "exp(-|x - output| / scale) / (2 scale) for each value", Scale)
{
    private static readonly NumberParameter Scale = new("scale", "the scale of every value; image values lie from 0 to 1")
    {
        Range = Language.Range.Positive,
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "laplace: { scale: 0.1 }";

    protected override NumberParameter Parameter => Scale;
}
