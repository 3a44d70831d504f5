using ModelGen.Native;
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
