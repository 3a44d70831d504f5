using ModelGen.Losses;
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
        var errors = (output - target).square().mean([1, 2]);
        return [("psnr", ((10 * Math.Log10(Peak * Peak)) - (10 * errors.log10())).MoveToOuterDisposeScope())];
    }
}
