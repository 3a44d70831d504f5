using System.Globalization;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Likelihoods;

/// <summary>N(output, variance) for each value: log p(x | z) = −½ Σ (x − output)² / variance + log(2π variance).</summary>
public sealed class Gaussian : Likelihood
{
    private readonly double _variance;

    /// <summary>Creates the likelihood.</summary>
    /// <param name="variance">The variance of every value, above 0.</param>
    public Gaussian(double variance)
        : base(nameof(Gaussian))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variance);
        _variance = variance;
    }

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"{base.Description} of variance {_variance}");

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor output, Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var error = output - samples;
        using var square = error.Squared();
        using var sum = SumOverValues(square);
        using var scaled = sum.Times(-0.5 / _variance);
        return scaled.Plus(-0.5 * Math.Log(2 * Math.PI * _variance) * samples.shape.Skip(1).Aggregate(static (a, b) => a * b));
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.alias();
    }
}
