using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent (Robbins and Monro 1951), with momentum (Polyak 1964), optionally Nesterov's (Sutskever et al. 2013), as
/// PyTorch's <c>torch.optim.SGD</c> computes it.
/// </summary>
/// <remarks>
/// With gradient g, learning rate η, momentum μ and decay λ:
/// <code>
/// g ← g + λ θ                                    where θ has two dimensions or more
/// b ← μ b + g
/// θ ← θ − η b                                    Nesterov: θ ← θ − η (g + μ b)
/// </code>
/// The decay is part of the gradient and so of the momentum, unlike <see cref="AdamW"/>'s. The state holds b as
/// <c>momentum_buffer.NAME</c>; without momentum there is none. One call to libtorch's fused kernel does this for all parameters with the
/// same decay.
/// </remarks>
public sealed class Sgd : Optimizer
{
    private readonly SgdOptions _options;
    private readonly Weight[] _decayed;
    private readonly Weight[] _undecayed;

    /// <summary>Creates the optimizer with empty state.</summary>
    /// <param name="parameters">The parameters, all on one device; those that do not require gradients are skipped.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">No parameter requires a gradient, or a setting is out of range.</exception>
    public Sgd(IReadOnlyList<NamedParameter> parameters, SgdOptions options)
        : base(parameters, options)
    {
        _options = options;
        var all = Parameters
            .Select(parameter => new Weight(
                parameter.Value,
                parameter.Decays,
                options.Momentum > 0 ? AddState("momentum_buffer", parameter) : null
            ))
            .ToList();
        _decayed = [.. all.Where(static weight => weight.Decays)];
        _undecayed = [.. all.Where(static weight => !weight.Decays)];
    }

    internal override void StepAll(double learningRate)
    {
        Step(_decayed, learningRate, _options.WeightDecay);
        Step(_undecayed, learningRate, 0);
    }

    private void Step(Weight[] weights, double learningRate, double weightDecay)
    {
        using var scope = NewDisposeScope();
        var parameters = new List<Tensor>(weights.Length);
        var gradients = new List<Tensor>(weights.Length);
        var momenta = new List<Tensor>(weights.Length);
        foreach (var weight in weights)
        {
            if (weight.Parameter.grad is not { } gradient)
            {
                continue;
            }

            parameters.Add(weight.Parameter);
            gradients.Add(gradient);
            if (weight.Momentum is { } momentum)
            {
                momenta.Add(momentum);
            }
        }

        if (parameters.Count > 0)
        {
            FusedDescent.Step(
                [.. parameters],
                [.. gradients],
                [.. momenta],
                learningRate,
                weightDecay,
                _options.Momentum,
                _options.Nesterov,
                Hold
            );
        }
    }

    private sealed record Weight(Parameter Parameter, bool Decays, Tensor? Momentum);
}
