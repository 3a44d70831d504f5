using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>A reward model from ratings: the mean of (r(x, y) − rating)².</summary>
/// <remarks>The metric <c>error</c> is the mean of |r(x, y) − rating|.</remarks>
public sealed class RatingObjective : RewardObjective
{
    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train: tokens in, one number out.</param>
    /// <param name="data">The rated answers, on the model's device.</param>
    /// <exception cref="ModelGenException">The model is not a reward model, or the data have a larger vocabulary or longer answers than
    /// it.</exception>
    public RatingObjective(Network model, RatingDataset data)
        : base(model, data) { }

    private protected override int RowsPerSample => 1;

    private protected override (Tensor Loss, IReadOnlyList<(string Name, Tensor Value)> Figures) Each(AnswerBatch batch, Tensor rewards)
    {
        var distance = rewards - batch.Numbers;
        return (distance.Squared(), [("error", distance.abs())]);
    }
}
