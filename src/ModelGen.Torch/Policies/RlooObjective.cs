using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Policies;

/// <summary>
/// REINFORCE with a leave-one-out baseline (Ahmadian et al. 2024, "Back to basics"): the loss is the mean over answers of −A log π(answer),
/// where R = r − β (log π(answer) − log π₀(answer)) and A = R − the mean R of the other answers to the same prompt.
/// </summary>
/// <remarks>A step makes one update, as the estimate is of the gradient at the policy that the answers are drawn from.</remarks>
public sealed class RlooObjective : PolicyObjective
{
    private readonly RlooOptions _options;

    /// <summary>Binds the objective; the model's weights of this moment are the ones that it should stay near.</summary>
    /// <param name="model">The model to train, which is causal.</param>
    /// <param name="prompts">The prompts to answer.</param>
    /// <param name="options">What for, and how.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The model is not causal, has fewer tokens than the tokenizer, or its adapters have
    /// dropout.</exception>
    public RlooObjective(LanguageModel model, PromptDataset prompts, RlooOptions options)
        : base(model, prompts, options) => _options = options;

    internal override void Judge(Experience experience)
    {
        var distances = experience.Old.sub(experience.Reference).sum(1, type: ScalarType.Float64).cpu().data<double>().ToArray();
        double[] rewards = [.. experience.Rewards.Zip(distances, (reward, distance) => reward - (_options.KlWeight * distance))];
        experience.Advantages = Column(Advantages.LeaveOneOut(rewards, _options.Answers));
    }

    internal override StepLoss LossOf(PolicyPart part) =>
        new(part.LogProbabilities.sum(1, keepdim: true).mul(part.Advantages).mean().neg()) { Share = part.ShareOfAnswers };
}
