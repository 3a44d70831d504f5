using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Elbo()
    : VaeObjective(
        "elbo",
        "the negative evidence lower bound, -log p(x | z) + beta * KL(q(z | x) || N(0, 1)), in nats per sample: Kingma and Welling 2014",
        Likelihood,
        Beta,
        FreeBits,
        Warmup
    )
{
    private static readonly WordParameter<Likelihood> Likelihood = new(
        "reconstruction",
        "the likelihood of a sample given the decoder's output"
    )
    {
        IsMain = true,
        IsRequired = true,
        Recipe = RecipeUse.Fixed,
    };

    private static readonly NumberParameter Beta = new("beta", "the weight of the KL term: Higgins et al. 2017")
    {
        Range = Language.Range.NonNegative,
        Default = 1,
    };

    private static readonly NumberParameter FreeBits = new(
        "free-bits",
        "nats of KL that each latent dimension has for free: Kingma et al. 2016"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 0,
    };

    private static readonly DurationParameter Warmup = new(
        "warmup",
        "how long the weight of the KL term takes to rise from 0 to beta: Bowman et al. 2016"
    )
    {
        AllowsZero = true,
        Default = new Duration(0, "steps"),
    };

    public override string Example => "elbo: { reconstruction: bernoulli, beta: 0.5, free-bits: 0.25, warmup: 100 steps }";

    public override string RuntimeType => "ElboObjective";

    public override string Record => "ElboOptions";

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Get(Beta) > 0
            ? []
            : new (Parameter Key, bool IsSet)[] { (FreeBits, arguments.Get(FreeBits) > 0), (Warmup, arguments.Get(Warmup).Amount > 0) }
                .Where(static term => term.IsSet)
                .Select(term =>
                    Problem.NoEffect(term.Key.Name, $"{Word}.{term.Key.Name}", $"with '{Beta.Name}: 0' the KL term does not count")
                );

    public override Configured<Likelihood> Reconstruction(Arguments arguments) => arguments.Get(Likelihood);
}
