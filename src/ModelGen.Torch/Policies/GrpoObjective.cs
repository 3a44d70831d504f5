using ModelGen.Answers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Policies;

/// <summary>
/// Group relative policy optimisation (Shao et al. 2024, "DeepSeekMath", section 4.1): an answer is as good as it is better than the others
/// to its prompt, A = (r − mean) / deviation, and the loss is the mean over answers of the mean over their tokens of −min(ρ A, clip(ρ) A) +
/// β (exp(d) − d − 1), where ρ = π / π_old and d = log π₀ − log π.
/// </summary>
/// <remarks>
/// <see cref="GrpoOptions.Corrected"/> is Dr. GRPO (Liu et al. 2025, "Understanding R1-Zero-like training"): A = r − mean, and the sum over
/// an answer's tokens is divided by <see cref="PolicyOptions.MaxTokens"/> in place of their number, so that neither long wrong answers nor
/// prompts that are too easy or too hard count differently. Also reported: <c>clip_share</c>, the share of tokens with ρ outside of 1 ± ε.
/// </remarks>
public sealed class GrpoObjective : PolicyObjective
{
    private readonly GrpoOptions _options;

    /// <summary>Binds the objective; the model's weights of this moment are the ones that it should stay near.</summary>
    /// <param name="model">The model to train, which is causal.</param>
    /// <param name="prompts">The prompts to answer.</param>
    /// <param name="options">What for, and how.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The model is not causal, has fewer tokens than the tokenizer, or its adapters have
    /// dropout.</exception>
    public GrpoObjective(LanguageModel model, PromptDataset prompts, GrpoOptions options)
        : base(model, prompts, options) => _options = options;

    internal override void Judge(Experience experience) =>
        experience.Advantages = Column(Advantages.OfGroups(experience.Rewards, _options.Answers, isDivided: !_options.Corrected));

    internal override StepLoss LossOf(PolicyPart part)
    {
        var losses = PolicyLoss.Clipped(part.LogProbabilities, part.Old, part.Advantages, _options.Clip);
        if (_options.KlWeight > 0)
        {
            losses = losses.Plus(PolicyLoss.Divergence(part.LogProbabilities, part.Reference).Times(_options.KlWeight));
        }

        var sums = losses.mul(part.Mask).sum(1);
        var ofAnswers = _options.Corrected ? sums.DividedBy(_options.MaxTokens) : sums.div(part.Mask.sum(1));
        return new StepLoss(ofAnswers.mean(), ("clip_share", part.ClipShare(_options.Clip))) { Share = part.ShareOfAnswers };
    }
}
