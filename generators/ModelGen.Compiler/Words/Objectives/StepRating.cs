using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class StepRating()
    : RewardObjective(
        "step-rating",
        "a process reward model from ratings of steps, the mean over the steps of -y log p - (1 - y) log(1 - p), p = sigmoid(output at the "
            + "last token of the step), with the rating y: Uesato et al. 2022, Lightman et al. 2023"
    )
{
    public override string Example => "step-rating";

    public override string OfLogits => "takes logits, to which it applies the sigmoid itself";

    public override string RuntimeType => "StepRatingObjective";

    public override string? Record => null;

    public override IReadOnlyList<string> DataSets { get; } = ["StepDataset"];

    public override bool IsOfTokens => true;

    public override string? Wanted(Shape output) =>
        output.Rank == 2 && output.Axes[0].Equals(Dim.Symbol(DataShape.Sequence)) && output.Last.Equals(1)
            ? null
            : "a score for each token, [T, 1], as 'linear: 1' at the end gives without a 'sequence-pool' before it";
}
