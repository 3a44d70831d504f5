using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// A process reward model (Uesato et al. 2022, "Solving math word problems with process- and outcome-based feedback"; Lightman et al. 2023,
/// "Let's verify step by step"): the mean over the steps of −y log σ(x) − (1 − y) log(1 − σ(x)), with the output x for the last token of a
/// step and its rating y. Ratings between 0 and 1 are the soft labels of Wang et al. 2023, "Math-Shepherd".
/// </summary>
/// <remarks>
/// The metric <c>accuracy</c> is the share of steps for which σ(x) is above one half if and only if the rating is.
/// </remarks>
public sealed class StepRatingObjective : RewardObjective
{
    private readonly StepDataset _data;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train: tokens in, one number for each of them out.</param>
    /// <param name="data">The answers with their rated steps, on the model's device.</param>
    /// <exception cref="ModelGenException">The model does not judge steps, or the data have a larger vocabulary or longer answers than
    /// it.</exception>
    public StepRatingObjective(Network model, StepDataset data)
        : base(model, data, isOfTokens: true) => _data = data;

    private protected override int RowsPerSample => 1;

    private protected override (Tensor Loss, IReadOnlyList<(string Name, Tensor Value)> Figures) Each(AnswerBatch batch, Tensor rewards)
    {
        var (ends, ratings) = batch.Steps!;
        var scores = rewards.reshape(-1).index_select(0, ends); // [steps]
        var loss = nn.functional.binary_cross_entropy_with_logits(scores, ratings, reduction: nn.Reduction.None);
        return (loss, [("accuracy", (scores.Greater(0) == ratings.Greater(0.5)).to(ScalarType.Float32))]);
    }

    private protected override double? ShareOf(AnswerBatch part, TrainingStep step) =>
        (double)part.Steps!.Count / _data.Training.StepCount(step.BatchSize, step.Seed, step.Batch);
}
