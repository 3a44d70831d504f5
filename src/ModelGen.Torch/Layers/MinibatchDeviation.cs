using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Shows a discriminator how much the samples of a batch vary, so that it detects a generator that always makes the same sample (Karras et
/// al. 2018, "Progressive growing of GANs", section 3).
/// </summary>
public static class MinibatchDeviation
{
    private const double Epsilon = 1e-8;

    /// <summary>
    /// Appends a channel that holds one number: the standard deviation √(variance + 10⁻⁸) over the samples of a group, averaged over all
    /// channels and positions.
    /// </summary>
    /// <param name="input">Samples [batch, C, …] or [batch, n].</param>
    /// <param name="group">
    /// The number of samples in a group, at least 2: with n groups, samples i, i + n, i + 2n and so on form one. A batch that does not
    /// divide into such groups is a single group.
    /// </param>
    /// <returns>[batch, C + 1, …]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The samples have no channels, or the group is too small.</exception>
    public static Tensor Append(Tensor input, long group)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(group, 2);
        if (input.dim() < 2)
        {
            throw new ArgumentException(
                $"A minibatch standard deviation needs samples with channels, [batch, C, …]; these are [{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }

        var batch = input.size(0);
        var size = batch % group == 0 ? group : batch;
        using var groups = input.reshape(size, batch / size, -1);

        // libtorch's own variance goes pixel by pixel in double precision, which took half of a small GAN's whole training step.
        using var averages = groups.mean([0]);
        using var differences = groups - averages;
        using var squares = differences.Squared();
        using var variances = squares.mean([0]);
        using var shifted = variances.Plus(Epsilon);
        using var deviations = shifted.sqrt();
        using var means = deviations.mean([1]);
        using var each = means.repeat(size);
        using var shaped = each.view([batch, 1, .. Enumerable.Repeat(1L, (int)input.dim() - 2)]);
        using var channel = shaped.expand([batch, 1, .. input.shape.AsSpan(2)]);
        return cat([input, channel], 1);
    }
}
