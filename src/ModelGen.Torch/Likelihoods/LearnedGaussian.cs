using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Likelihoods;

/// <summary>
/// N(output, σ²) for each value with a single learned σ² (Rybkin, Daniilidis and Levine 2021, "Simple and effective VAE training with
/// calibrated decoders"): log p(x | z) = −½ Σ (x − output)² / σ² + log(2π σ²). It starts at σ² = 1.
/// </summary>
public sealed class LearnedGaussian : Likelihood
{
    private const string Name = "log_variance";

    /// <summary>Creates the likelihood.</summary>
    /// <param name="device">The device of the parameter; the CPU if null.</param>
    public LearnedGaussian(Device? device = null)
        : base(nameof(LearnedGaussian))
    {
        register_parameter(Name, nn.Parameter(zeros([], device: device)));
    }

    /// <summary>log σ², a scalar.</summary>
    public Parameter LogVariance => get_parameter(Name)!;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor output, Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var scope = NewDisposeScope();
        var count = samples.shape.Skip(1).Aggregate(static (a, b) => a * b);
        var squares = SumOverValues((output - samples).Squared());
        return (squares * (-LogVariance).exp())
            .Plus(LogVariance.Plus(Math.Log(2 * Math.PI)).Times(count))
            .Times(-0.5)
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.alias();
    }
}
