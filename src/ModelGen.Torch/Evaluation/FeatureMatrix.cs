using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>What the metrics ask of the features that they are given.</summary>
internal static class FeatureMatrix
{
    /// <summary>Checks a set of vectors and copies it to Float64, in which all metrics are computed.</summary>
    /// <param name="samples">[N, …]; what follows the first dimension is one sample's vector, so that images can be passed as they
    /// are.</param>
    /// <param name="name">The caller's parameter.</param>
    /// <param name="atLeast">How many samples the metric needs.</param>
    /// <returns>Float64 [N, d] on the same device; on the CPU where the device lacks the type.</returns>
    /// <exception cref="ArgumentException">The type or the shape is wrong, or there are too few samples.</exception>
    /// <exception cref="ModelGenException">A number is infinite or NaN.</exception>
    public static Tensor ToFloat64(Tensor samples, string name, long atLeast = 1)
    {
        Check(samples, name, atLeast);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = samples.device_type == DeviceType.MPS ? CPU : samples.device;
        var matrix = samples.detach().to(device).to(ScalarType.Float64).flatten(1);
        if (!matrix.IsFinite())
        {
            throw new ModelGenException(
                $"Among the numbers of '{name}' are infinite ones or NaN; look for them in the images, and then in the weights "
                    + "of the model that made them."
            );
        }

        return matrix.MoveToOuterDisposeScope();
    }

    /// <summary>Checks type and shape of a set of vectors.</summary>
    /// <param name="samples">[N, …].</param>
    /// <param name="name">The caller's parameter.</param>
    /// <param name="atLeast">How many samples the metric needs.</param>
    /// <exception cref="ArgumentException">The type or the shape is wrong, or there are too few samples.</exception>
    public static void Check(Tensor samples, string name, long atLeast = 1)
    {
        ArgumentNullException.ThrowIfNull(samples, name);
        if (!samples.is_floating_point() || samples.dim() < 2 || samples.numel() == 0 || samples.size(0) < atLeast)
        {
            throw new ArgumentException(
                $"Expected floating-point numbers [N, d] with N of at least {atLeast}; got "
                    + $"{samples.dtype} [{string.Join(", ", samples.shape)}].",
                name
            );
        }
    }

    /// <summary>Checks two sets against each other: as long vectors on one device.</summary>
    public static void CheckSameSpace(Tensor first, Tensor second, string secondName)
    {
        if (first.size(1) != second.size(1))
        {
            throw new ArgumentException(
                $"Both sets need vectors of one length; these have {first.size(1)} and {second.size(1)}. Compute both with the "
                    + "same extractor.",
                secondName
            );
        }

        if (first.device.ToString() != second.device.ToString())
        {
            throw new ArgumentException(
                $"Both sets need to be on one device; these are on {first.device} and {second.device}.",
                secondName
            );
        }
    }
}
