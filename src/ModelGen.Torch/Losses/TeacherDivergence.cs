using ModelGen.Native;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// KL(p ‖ q) = Σ p (log p − log q) of p = softmax(t / T), what a teacher with scores t predicts at a temperature T, and q = softmax(x / T),
/// what a model with scores x does, in nats (Hinton et al. 2015, section 2).
/// </summary>
internal static class TeacherDivergence
{
    /// <summary>Checks how the divergence is weighed against a loss of one's own.</summary>
    /// <param name="temperature">The temperature.</param>
    /// <param name="weight">The weight of the divergence.</param>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    public static void Check(double temperature, double weight)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentException($"The temperature must be above 0 and finite, not {temperature}.", nameof(temperature));
        }

        if (!(weight is > 0 and <= 1))
        {
            throw new ArgumentException($"The weight of the teacher must be above 0 and at most 1, not {weight}.", nameof(weight));
        }
    }

    /// <summary>weight · T² · KL + (1 − weight) · a loss of the model's own; T² keeps the gradients as large at any temperature.</summary>
    /// <param name="scores">The model's, […, classes].</param>
    /// <param name="teacher">The teacher's, of the same shape.</param>
    /// <param name="temperature">The temperature, above 0.</param>
    /// <param name="weight">The weight, above 0 and at most 1.</param>
    /// <param name="own">The model's own loss with its parts; it is not asked for where it has no weight.</param>
    /// <returns>The loss, with the mean divergence as <c>kl</c>, the other one as <c>cross_entropy</c> and the parts of that; the caller
    /// disposes it.</returns>
    public static StepLoss Loss(Tensor scores, Tensor teacher, double temperature, double weight, Func<StepLoss> own)
    {
        using var divergence = Mean(scores, teacher, temperature);
        var taught = divergence.Times(weight * temperature * temperature);
        if (weight == 1)
        {
            return new StepLoss(taught, ("kl", divergence.detach()));
        }

        var (total, parts) = own();
        using (taught)
        using (total)
        using (var weighed = total.Times(1 - weight))
        {
            return new StepLoss(taught.Plus(weighed), [("kl", divergence.detach()), ("cross_entropy", total.detach()), .. parts]);
        }
    }

    /// <summary>The mean over what is predicted.</summary>
    /// <param name="scores">The model's, […, classes].</param>
    /// <param name="teacher">The teacher's, of the same shape.</param>
    /// <param name="temperature">The temperature, above 0.</param>
    /// <returns>A scalar, which the caller disposes.</returns>
    public static Tensor Mean(Tensor scores, Tensor teacher, double temperature)
    {
        using var sum = Sum(scores, teacher, temperature);
        return sum.Times((double)scores.size(-1) / scores.numel());
    }

    /// <summary>The sum over what is predicted.</summary>
    /// <param name="scores">The model's, […, classes].</param>
    /// <param name="teacher">The teacher's, of the same shape.</param>
    /// <param name="temperature">The temperature, above 0.</param>
    /// <returns>A scalar, which the caller disposes.</returns>
    public static Tensor Sum(Tensor scores, Tensor teacher, double temperature)
    {
        using var predicted = LogProbabilities(scores, temperature);
        using var wanted = LogProbabilities(teacher, temperature);
        return nn.functional.kl_div(predicted, wanted, log_target: true, reduction: nn.Reduction.Sum);
    }

    // [predictions, classes]
    private static Tensor LogProbabilities(Tensor scores, double temperature)
    {
        using var flat = scores.view(-1, scores.size(-1));
        if (temperature == 1)
        {
            return flat.log_softmax(-1);
        }

        using var softened = flat.Times(1 / temperature);
        return softened.log_softmax(-1);
    }
}
