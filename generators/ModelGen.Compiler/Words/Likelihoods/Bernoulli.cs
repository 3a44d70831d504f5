namespace ModelGen.Compiler.Words.Likelihoods;

internal sealed class Bernoulli()
    : Likelihood("bernoulli", "values from 0 to 1, as soft binary values: Σ x log p + (1 - x) log(1 - p), p = sigmoid(output)")
{
    public override string Example => "bernoulli";

    public override string OfLogits => "takes logits, to which it applies the sigmoid itself";

    public override string? Misfit((double Low, double High)? range) =>
        range is { Low: >= 0, High: <= 1 }
            ? null
            : "needs values from 0 to 1; write 'range: [0, 1]' if the data has them, or use another likelihood, such as 'gaussian'";
}
