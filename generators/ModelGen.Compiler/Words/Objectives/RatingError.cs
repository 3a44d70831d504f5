namespace ModelGen.Compiler.Words.Objectives;

internal sealed class RatingError()
    : OutcomeObjective("rating-error", "a reward model from ratings, the mean of (reward - rating)² over the answers")
{
    public override string Example => "rating-error";

    public override string RuntimeType => "RatingObjective";

    public override string? Record => null;

    public override IReadOnlyList<string> DataSets { get; } = ["RatingDataset"];
}
