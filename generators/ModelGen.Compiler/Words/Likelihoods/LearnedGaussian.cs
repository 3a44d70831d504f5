using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Words.Likelihoods;

internal sealed class LearnedGaussian()
    : Likelihood("learned-gaussian", "N(output, variance) for each value, with a single learned variance: Rybkin et al. 2021")
{
    public override string Example => "learned-gaussian";

    public override IReadOnlyList<StateEntry> State => [new("log_variance")];
}
