using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Likelihoods;

internal sealed class Gaussian() : Likelihood("gaussian", "N(output, variance) for each pixel", Variance)
{
    private static readonly NumberParameter Variance = new("variance", "the variance of every pixel, which ranges from 0 to 1") { Range = Language.Range.Positive, IsMain = true, IsRequired = true };

    public override string Example => "gaussian: { variance: 0.05 }";

    public override string CSharpType => "global::ModelGen.Models.Gaussian";

    public override string ConstructorArguments(Arguments arguments) => NumberParameter.Text(arguments.Get(Variance));
}
