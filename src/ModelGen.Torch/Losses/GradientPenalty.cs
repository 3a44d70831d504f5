using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>
/// Penalties on a critic's gradients with respect to its samples, as terms of the critic's loss: they can be differentiated with respect to
/// the critic's weights. A critic must judge each sample independently; batch normalisation would mix them.
/// </summary>
public static class GradientPenalty
{
    /// <summary>
    /// How far the critic's gradient norm is from 1 between real and generated samples: E[(‖∇D(x̂)‖ − 1)²] at x̂ = ε x + (1 − ε) G(z), with
    /// ε uniform on [0, 1] for each pair (Gulrajani et al. 2017, "Improved training of Wasserstein GANs", equation 3).
    /// </summary>
    /// <param name="critic">Gives one score for each sample: [batch, …] to [batch] or [batch, 1].</param>
    /// <param name="real">Real samples [batch, …].</param>
    /// <param name="fake">Generated samples of the same shape; no gradient flows into them.</param>
    /// <param name="mixing">The numbers ε [batch]; drawn from torch's global random generator if null.</param>
    /// <returns>A scalar; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The samples have different shapes, or there is not one ε or one score for each.</exception>
    public static Tensor Interpolated(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Tensor? mixing = null)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        if (!real.shape.AsSpan().SequenceEqual(fake.shape))
        {
            throw new ArgumentException(
                $"Real and generated samples must have the same shape, not {Text(real)} and {Text(fake)}.",
                nameof(fake)
            );
        }

        if (mixing is not null && (mixing.dim() != 1 || mixing.size(0) != real.size(0)))
        {
            throw new ArgumentException(
                $"Mixing {real.size(0)} pairs needs one number for each, [{real.size(0)}], not {Text(mixing)}.",
                nameof(mixing)
            );
        }

        Tensor mixed;
        using (no_grad())
        using (var drawn = mixing is null ? rand(real.size(0), dtype: real.dtype, device: real.device) : null)
        using (var each = (drawn ?? mixing!).view([-1, .. Enumerable.Repeat(1L, (int)real.dim() - 1)]))
        {
            mixed = lerp(fake, real, each);
        }

        using (mixed)
        using (var gradient = Gradient(critic, mixed))
        using (var flat = gradient.flatten(1))
        using (var slopes = flat.VectorNorm([1])) // its gradient is 0, not infinite, where the norm is 0
        using (var excess = slopes.Plus(-1))
        using (var squares = excess.Squared())
        {
            return squares.mean();
        }
    }

    /// <summary>
    /// Half the mean squared gradient norm, ½ E[‖∇D(x)‖²]: R₁ at real samples, R₂ at generated ones (Mescheder et al. 2018, "Which training
    /// methods for GANs do actually converge?", equations 9 and 10, for γ = 1).
    /// </summary>
    /// <param name="critic">Gives one score for each sample: [batch, …] to [batch] or [batch, 1].</param>
    /// <param name="samples">Samples [batch, …]; no gradient flows into them.</param>
    /// <returns>A scalar; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is not one score for each sample.</exception>
    public static Tensor ZeroCentred(Func<Tensor, Tensor> critic, Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(samples);
        using var gradient = Gradient(critic, samples);
        using var squares = gradient.Squared();
        using var sum = squares.sum();
        return sum.Times(0.5 / samples.size(0));
    }

    // The gradient of each sample's score with respect to that sample, [batch, …], itself differentiable.
    private static Tensor Gradient(Func<Tensor, Tensor> critic, Tensor samples)
    {
        using var points = samples.detach().requires_grad_();
        using var scores = critic(points);
        if (scores.dim() == 0 || scores.size(0) != samples.size(0) || scores.numel() != samples.size(0))
        {
            throw new ArgumentException(
                $"A gradient penalty needs one score for each of {samples.size(0)} samples; the critic gives {Text(scores)}.",
                nameof(critic)
            );
        }

        using var sum = scores.sum();

        // TorchSharp frees the graph unless retain_graph is set, even with create_graph.
        return autograd.grad([sum], [points], retain_graph: true, create_graph: true)[0];
    }

    private static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
