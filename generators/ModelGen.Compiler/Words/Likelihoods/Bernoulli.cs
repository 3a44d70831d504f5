namespace ModelGen.Compiler.Words.Likelihoods;

internal sealed class Bernoulli()
    : Likelihood(
        "bernoulli",
        "each value, from 0 to 1, as the share of ink in a binary one: Σ x log p + (1 - x) log(1 - p), p = sigmoid(output)"
    )
{
    public override string Example => "bernoulli";

    public override string? Misfit((double Low, double High)? range) =>
        range is { Low: >= 0, High: <= 1 }
            ? null
            : "is of values from 0 to 1; write 'range: [0, 1]' where the data are, or take another likelihood, such as 'gaussian'";
}
