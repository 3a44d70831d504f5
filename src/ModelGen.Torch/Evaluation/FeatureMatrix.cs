using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>Checks and converts the features passed to the metrics.</summary>
internal static class FeatureMatrix
{
    /// <summary>Checks a set of vectors and converts it to Float64, in which all metrics are computed.</summary>
    /// <param name="samples">[N, …]; the dimensions after the first are flattened into one vector per sample, so images can be passed as
    /// they are.</param>
    /// <param name="name">The caller's parameter.</param>
    /// <param name="atLeast">The number of samples that the metric needs.</param>
    /// <returns>Float64 [N, d] on the same device, or on the CPU if the device does not support Float64.</returns>
    /// <exception cref="ArgumentException">The dtype or the shape is wrong, or there are too few samples.</exception>
    /// <exception cref="ModelGenException">A value is infinite or NaN.</exception>
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
                $"'{name}' contains infinite or NaN values; look for them in the images, and then in the weights of the model "
                    + "that generated them."
            );
        }

        return matrix.MoveToOuterDisposeScope();
    }

    /// <summary>Checks the dtype and shape of a set of vectors.</summary>
    /// <param name="samples">[N, …].</param>
    /// <param name="name">The caller's parameter.</param>
    /// <param name="atLeast">The number of samples that the metric needs.</param>
    /// <exception cref="ArgumentException">The dtype or the shape is wrong, or there are too few samples.</exception>
    public static void Check(Tensor samples, string name, long atLeast = 1)
    {
        ArgumentNullException.ThrowIfNull(samples, name);
        if (!samples.is_floating_point() || samples.dim() < 2 || samples.numel() == 0 || samples.size(0) < atLeast)
        {
            throw new ArgumentException(
                $"Expected floating-point [N, d] with N at least {atLeast}; got "
                    + $"{samples.dtype} [{string.Join(", ", samples.shape)}].",
                name
            );
        }
    }

    /// <summary>Checks that two sets have vectors of the same length on the same device.</summary>
    public static void CheckSameSpace(Tensor first, Tensor second, string secondName)
    {
        if (first.size(1) != second.size(1))
        {
            throw new ArgumentException(
                $"Both sets need vectors of the same length; these have {first.size(1)} and {second.size(1)}. Compute both with "
                    + "the same extractor.",
                secondName
            );
        }

        if (first.device.ToString() != second.device.ToString())
        {
            throw new ArgumentException(
                $"Both sets must be on the same device; these are on {first.device} and {second.device}.",
                secondName
            );
        }
    }
}
