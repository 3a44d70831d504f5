using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Likelihoods;

internal sealed class Gaussian() : Likelihood("gaussian", "N(output, variance) for each value", Variance)
{
    private static readonly NumberParameter Variance = new("variance", "the variance of every value; image values lie from 0 to 1")
    {
        Range = Language.Range.Positive,
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "gaussian: { variance: 0.05 }";

    protected override NumberParameter Parameter => Variance;
}
