using static TorchSharp.torch;

namespace ModelGen.Policies;

/// <summary>The answers of a step and what is known of them: A answers, padded to L tokens that are read.</summary>
internal sealed class Experience
{
    /// <summary>The answers.</summary>
    public required IReadOnlyList<Rollout> Answers { get; init; }

    /// <summary>The reward of each.</summary>
    public required IReadOnlyList<double> Rewards { get; init; }

    /// <summary>What the check reward says of each; null without one.</summary>
    public IReadOnlyList<double>? Checks { get; init; }

    /// <summary>What the model reads, int64 [A, L].</summary>
    public required Tensor Inputs { get; init; }

    /// <summary>The token after each, int64 [A, L]; ignored except for those of answers.</summary>
    public required Tensor Targets { get; init; }

    /// <summary>1 for the tokens of answers, [A, L].</summary>
    public required Tensor Mask { get; init; }

    /// <summary>log π of each token when it was drawn, [A, L].</summary>
    public required Tensor Old { get; init; }

    /// <summary>log π₀ of each, [A, L].</summary>
    public required Tensor Reference { get; init; }

    /// <summary>The value before each token, [A, L]; null for a policy without values.</summary>
    public Tensor? Values { get; init; }

    /// <summary>The advantage of each token, [A, L] or [A, 1].</summary>
    public Tensor? Advantages { get; set; }

    /// <summary>What values are trained towards, [A, L]; null for a policy without values.</summary>
    public Tensor? Returns { get; set; }

    /// <summary>The weight of the divergence that they are judged with.</summary>
    public double KlWeight { get; set; }

    /// <summary>The mean of log π(answer) − log π₀(answer), in nats.</summary>
    public required double Kl { get; init; }

    /// <summary>The mean entropy of a token's distribution, in nats.</summary>
    public required double Entropy { get; init; }

    /// <summary>The mean number of tokens of an answer.</summary>
    public double Length => Answers.Average(static answer => answer.Tokens.Count);

    /// <summary>The place of the first token of an answer in a row.</summary>
    public int Start(int answer) => Answers[answer].PromptTokens.Count - 1;
}
