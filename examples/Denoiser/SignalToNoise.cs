using ModelGen.Losses;
using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Examples.Denoiser;

/// <summary><c>psnr</c>, the peak signal-to-noise ratio in decibels: 10 log10(peak² / mean squared error).</summary>
/// <param name="Peak">The distance between the smallest and the largest value of a signal.</param>
public sealed record SignalToNoise(double Peak) : SupervisedMetrics
{
    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor PerSample)> Measure(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var scope = NewDisposeScope();
        var decibels = (output - target).Squared().mean([1, 2]).log10().Times(-10).Plus(20 * Math.Log10(Peak));
        return [("psnr", decibels.MoveToOuterDisposeScope())];
    }
}
