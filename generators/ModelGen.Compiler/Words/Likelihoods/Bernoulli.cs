namespace ModelGen.Compiler.Words.Likelihoods;

internal sealed class Bernoulli() : Likelihood("bernoulli", "each pixel, from 0 to 1, as the share of ink in a binary one: Σ x log p + (1 - x) log(1 - p), p = sigmoid(output)")
{
    public override string Example => "bernoulli";
}
