using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// What a language model learns from preferences without a reward model: a function of how likely both answers of a pair are to it,
/// and to the reference, which is the model as it was before.
/// </summary>
public abstract record PreferenceLoss
{
    /// <summary>Whether it compares the model with the reference.</summary>
    public abstract bool NeedsReference { get; }

    /// <summary>Checks that each number is in its range.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal abstract void Check();

    /// <summary>The loss of each pair.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <returns>[pairs]; the caller disposes it.</returns>
    public abstract Tensor PerPair(AnswerScores pairs);

    /// <summary>
    /// What the model takes both answers to be worth, by which it prefers one: the share of pairs in which it prefers the right one is the
    /// metric <c>accuracy</c>, and the mean difference is <c>margin</c>.
    /// </summary>
    /// <param name="pairs">The pairs.</param>
    /// <returns>[pairs] each; the caller disposes them.</returns>
    public abstract (Tensor Chosen, Tensor Rejected) Rewards(AnswerScores pairs);

    /// <summary>Checks a number that must be above 0.</summary>
    private protected static void CheckPositive(double number, string name)
    {
        if (!(number > 0 && double.IsFinite(number)))
        {
            throw new ArgumentException($"{name} must be above 0 and finite, not {number}.", name);
        }
    }

    /// <summary>The difference of two tensors of rewards.</summary>
    private protected Tensor Margin(AnswerScores pairs)
    {
        var (chosen, rejected) = Rewards(pairs);
        using (chosen)
        using (rejected)
        {
            return chosen - rejected;
        }
    }

    /// <summary>−log σ(x).</summary>
    private protected static Tensor NegativeLogSigmoid(Tensor x)
    {
        using var log = nn.functional.logsigmoid(x);
        return log.neg();
    }

    /// <summary>factor · log π(y|x) / π_ref(y|x) of both answers.</summary>
    private protected static (Tensor Chosen, Tensor Rejected) LogRatios(AnswerScores pairs, double factor)
    {
        using var chosen = pairs.Chosen - pairs.Reference(isChosen: true);
        using var rejected = pairs.Rejected - pairs.Reference(isChosen: false);
        return (chosen.Times(factor), rejected.Times(factor));
    }

    /// <summary>factor · log π(y|x) / |y| of both answers.</summary>
    private protected static (Tensor Chosen, Tensor Rejected) MeanLogProbabilities(AnswerScores pairs, double factor)
    {
        using var chosen = pairs.Chosen / pairs.ChosenLength;
        using var rejected = pairs.Rejected / pairs.RejectedLength;
        return (chosen.Times(factor), rejected.Times(factor));
    }
}
