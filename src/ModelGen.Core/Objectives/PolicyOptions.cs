using System.Globalization;
using ModelGen.Rewards;

namespace ModelGen.Objectives;

/// <summary>How a policy writes the answers that it learns from, and how far it may go from where it began.</summary>
public abstract record PolicyOptions
{
    private protected PolicyOptions() { }

    /// <summary>What answers are trained for.</summary>
    public required IReward Reward { get; init; }

    /// <summary>What is only measured, beside the reward; null for nothing.</summary>
    public IReward? CheckReward { get; init; }

    /// <summary>How many answers are written to each prompt of a batch.</summary>
    public int Answers { get; init; } = 8;

    /// <summary>The most tokens of an answer, with the one that ends it, at least 1.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>
    /// What scores are divided by before their softmax, above 0; the policy that is trained is the one that answers are drawn from.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The weight of the divergence from the model that the training began with, at least 0.</summary>
    public double KlWeight { get; init; } = 0.05;

    /// <summary>
    /// The training ends after a step whose answers have a mean log π(answer) − log π₀(answer) of more than this many nats, where π₀ is the
    /// model that it began with; above 0. Null sets no limit.
    /// </summary>
    public double? MaxKl { get; init; }

    /// <summary>How many updates a step makes.</summary>
    internal virtual int Updates => 1;

    /// <summary>The fewest answers to a prompt.</summary>
    private protected virtual int FewestAnswers => 1;

    /// <summary>Checks that each option is in its range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal virtual void Check()
    {
        Require(Answers >= FewestAnswers, nameof(Answers), $"number of answers to a prompt must be at least {FewestAnswers}", Answers);
        Require(MaxTokens >= 1, nameof(MaxTokens), "most tokens of an answer must be at least 1", MaxTokens);
        Require(IsPositive(Temperature), nameof(Temperature), "temperature must be above 0 and finite", Temperature);
        Require(KlWeight >= 0 && double.IsFinite(KlWeight), nameof(KlWeight), "weight of the divergence must be at least 0", KlWeight);
        Require(MaxKl is null || IsPositive(MaxKl.Value), nameof(MaxKl), "most divergence must be above 0", MaxKl ?? 0);
    }

    private protected static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    private protected static void Require(bool isMet, string name, string what, double value)
    {
        if (!isMet)
        {
            throw new ArgumentException($"The {what}, not {value.ToString(CultureInfo.InvariantCulture)}.", name);
        }
    }
}
