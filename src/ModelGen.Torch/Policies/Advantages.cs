namespace ModelGen.Policies;

/// <summary>How much better an answer, or a token of it, is than what was to be expected.</summary>
internal static class Advantages
{
    /// <summary>
    /// A = (r − mean) / deviation over the answers to the same prompt (Shao et al. 2024, "DeepSeekMath", section 4.1.2), or without the
    /// division (Liu et al. 2025, "Understanding R1-Zero-like training"). The deviation is that of the group as a whole, and where all its
    /// rewards are equal A is 0.
    /// </summary>
    /// <param name="rewards">The rewards, those of a prompt after those of another.</param>
    /// <param name="group">How many answers a prompt has.</param>
    /// <param name="isDivided">Whether to divide by the deviation.</param>
    public static double[] OfGroups(IReadOnlyList<double> rewards, int group, bool isDivided)
    {
        var advantages = new double[rewards.Count];
        for (var first = 0; first < advantages.Length; first += group)
        {
            double sum = 0,
                squares = 0;
            for (var i = first; i < first + group; i++)
            {
                sum += rewards[i];
            }

            var mean = sum / group;
            for (var i = first; i < first + group; i++)
            {
                advantages[i] = rewards[i] - mean;
                squares += advantages[i] * advantages[i];
            }

            // Equal rewards of a network in float32 may be a rounding apart.
            var deviation = Math.Sqrt(squares / group);
            var isFlat = deviation <= 1e-5 * Math.Abs(mean);
            for (var i = first; i < first + group; i++)
            {
                advantages[i] = isFlat ? 0 : advantages[i] / (isDivided ? deviation : 1);
            }
        }

        return advantages;
    }

    /// <summary>
    /// A = r − the mean of the other rewards of its prompt (Ahmadian et al. 2024, "Back to basics", equation 9; Kool et al. 2019).
    /// </summary>
    /// <param name="rewards">The rewards, those of a prompt after those of another.</param>
    /// <param name="group">How many answers a prompt has, at least 2.</param>
    public static double[] LeaveOneOut(IReadOnlyList<double> rewards, int group)
    {
        var advantages = new double[rewards.Count];
        for (var first = 0; first < advantages.Length; first += group)
        {
            var sum = 0.0;
            for (var i = first; i < first + group; i++)
            {
                sum += rewards[i];
            }

            for (var i = first; i < first + group; i++)
            {
                advantages[i] = rewards[i] - ((sum - rewards[i]) / (group - 1));
            }
        }

        return advantages;
    }

    /// <summary>
    /// The generalised advantage estimate of an answer's tokens (Schulman et al. 2016): δ_t = r_t + γ V_(t+1) − V_t with nothing after the
    /// last token, and A_t = δ_t + γ λ A_(t+1).
    /// </summary>
    /// <param name="rewards">r of each token.</param>
    /// <param name="values">V before each token.</param>
    /// <param name="discount">γ.</param>
    /// <param name="lambda">λ.</param>
    public static double[] Generalised(ReadOnlySpan<double> rewards, ReadOnlySpan<float> values, double discount, double lambda)
    {
        var advantages = new double[rewards.Length];
        double next = 0,
            nextValue = 0;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            next = rewards[t] + (discount * nextValue) - values[t] + (discount * lambda * next);
            (advantages[t], nextValue) = (next, values[t]);
        }

        return advantages;
    }

    /// <summary>Shifts and scales the advantages of all tokens to a mean of 0 and a deviation of 1.</summary>
    public static void Normalise(IReadOnlyList<double[]> advantages)
    {
        var count = advantages.Sum(static each => each.Length);
        var mean = advantages.Sum(static each => each.Sum()) / count;
        var deviation = Math.Sqrt(advantages.Sum(each => each.Sum(a => (a - mean) * (a - mean))) / count);
        foreach (var each in advantages)
        {
            for (var t = 0; t < each.Length; t++)
            {
                each[t] = (each[t] - mean) / (deviation + 1e-8);
            }
        }
    }
}
