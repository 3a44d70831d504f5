using System.Globalization;

namespace ModelGen.Rewards;

/// <summary>The scores of a reward, which anyone may have written, checked.</summary>
internal static class RewardScores
{
    /// <summary>Scores answers.</summary>
    /// <param name="reward">The reward.</param>
    /// <param name="answers">The answers.</param>
    /// <exception cref="ModelGenException">There are not as many scores as answers, or one is not finite.</exception>
    public static IReadOnlyList<double> Of(IReward reward, IReadOnlyList<WrittenAnswer> answers)
    {
        var scores = reward.Score(answers);
        if (scores.Count != answers.Count)
        {
            throw new ModelGenException(
                $"The reward {reward.GetType().Name} gives {scores.Count} scores for {answers.Count} answers; it must give one for each."
            );
        }

        for (var i = 0; i < scores.Count; i++)
        {
            if (!double.IsFinite(scores[i]))
            {
                var score = scores[i].ToString(CultureInfo.InvariantCulture);
                throw new ModelGenException(
                    $"The reward {reward.GetType().Name} gives {score} for the answer '{answers[i].Answer}'; a reward must be finite."
                );
            }
        }

        return scores;
    }
}
