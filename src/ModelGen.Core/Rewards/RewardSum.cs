namespace ModelGen.Rewards;

/// <summary>The sum of several rewards, each times its weight.</summary>
/// <param name="Parts">The rewards with their weights, at least one.</param>
public sealed record RewardSum(params IReadOnlyList<WeightedReward> Parts) : IReward
{
    /// <inheritdoc/>
    public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var sums = new double[answers.Count];
        foreach (var (reward, weight) in Parts)
        {
            var scores = RewardScores.Of(reward, answers);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += weight * scores[i];
            }
        }

        return sums;
    }
}
