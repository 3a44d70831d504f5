using System.Globalization;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Likelihoods;

/// <summary>A Laplace distribution around the output for each value: log p(x | z) = −Σ |x − output| / scale + log(2 scale).</summary>
public sealed class Laplace : Likelihood
{
    private readonly double _scale;

    /// <summary>Creates the likelihood.</summary>
    /// <param name="scale">The scale of every value, above 0.</param>
    public Laplace(double scale)
        : base(nameof(Laplace))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        _scale = scale;
    }

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"{base.Description} of scale {_scale}");

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor output, Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var error = output - samples;
        using var distance = error.abs();
        using var sum = SumOverValues(distance);
        using var scaled = sum.Times(-1 / _scale);
        return scaled.Plus(-Math.Log(2 * _scale) * samples.shape.Skip(1).Aggregate(static (a, b) => a * b));
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.alias();
    }
}
