using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2), with the decay on
/// matrices only: parameters with fewer than two dimensions (biases, norms) do not decay.
/// </summary>
/// <remarks>
/// With gradient g, step t from 1, learning rate η and decay λ:
/// <code>
/// θ ← θ − η λ θ                                  where θ has two dimensions or more
/// m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// </code>
/// One call of libtorch's fused kernel does this for all parameters with the same decay.
/// </remarks>
public sealed class AdamW : Optimizer
{
    private readonly AdamWOptions _options;
    private readonly Moments[] _decayed;
    private readonly Moments[] _undecayed;
    private readonly Dictionary<string, Tensor> _state;
    private readonly Tensor _step;

    /// <summary>Creates the optimizer with empty state.</summary>
    /// <param name="parameters">The parameters with their names, all on one device; those that need no gradient are left out.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">No parameter needs a gradient, or a setting is out of range.</exception>
    public AdamW(IReadOnlyList<(string Name, Parameter Value)> parameters, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        var all = parameters
            .Where(static parameter => parameter.Value.requires_grad)
            .Select(static parameter => new Moments(parameter.Name, parameter.Value))
            .ToArray();
        if (all.Length == 0)
            throw new ArgumentException("There is no parameter to train.", nameof(parameters));
        _decayed = [.. all.Where(static moments => moments.Parameter.dim() >= 2)];
        _undecayed = [.. all.Where(static moments => moments.Parameter.dim() < 2)];
        _state = [];
        foreach (var moments in all)
        {
            _state.Add($"exp_avg.{moments.Name}", moments.Mean);
            _state.Add($"exp_avg_sq.{moments.Name}", moments.MeanOfSquares);
        }

        _step = zeros([], dtype: ScalarType.Float32, device: all[0].Parameter.device).DetachFromDisposeScope();
    }

    /// <summary>The running means of the gradients (<c>exp_avg.NAME</c>) and of their squares (<c>exp_avg_sq.NAME</c>).</summary>
    public override IReadOnlyDictionary<string, Tensor> State => _state;

    /// <inheritdoc/>
    public override long StepCount { get; set; }

    /// <inheritdoc/>
    public override void Step(double learningRate)
    {
        using var noGrad = no_grad();
        StepCount++;
        _step.fill_(StepCount);
        Step(_decayed, learningRate, _options.WeightDecay);
        Step(_undecayed, learningRate, 0);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _step.Dispose();
        foreach (var tensor in _state.Values)
            tensor.Dispose();
    }

    private void Step(Moments[] all, double learningRate, double weightDecay)
    {
        var count = 0;
        var parameters = new Tensor[all.Length];
        var gradients = new Tensor[all.Length];
        var means = new Tensor[all.Length];
        var squares = new Tensor[all.Length];
        foreach (var moments in all)
        {
            if (moments.Parameter.grad is not { } gradient)
                continue;
            parameters[count] = moments.Parameter;
            gradients[count] = gradient;
            means[count] = moments.Mean;
            squares[count] = moments.MeanOfSquares;
            count++;
        }

        if (count == 0)
            return;

        // _fused_adamw_(self, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, state_steps, *, lr, beta1, beta2, weight_decay, eps, amsgrad, maximize, grad_scale, found_inf)
        Dispatcher.Call("aten::_fused_adamw_"u8, ""u8,
        [
            Dispatcher.TensorList(parameters.AsSpan(0, count)),
            Dispatcher.TensorList(gradients.AsSpan(0, count)),
            Dispatcher.TensorList(means.AsSpan(0, count)),
            Dispatcher.TensorList(squares.AsSpan(0, count)),
            Dispatcher.TensorList([]),
            Dispatcher.TensorList(_step, count),
            Dispatcher.Float(learningRate),
            Dispatcher.Float(_options.Betas.First),
            Dispatcher.Float(_options.Betas.Second),
            Dispatcher.Float(weightDecay),
            Dispatcher.Float(_options.Epsilon),
            Dispatcher.Bool(false),
            Dispatcher.Bool(false),
            Dispatcher.None,
            Dispatcher.None,
        ]);
        foreach (var gradient in gradients.AsSpan(0, count))
            gradient.Dispose();
    }

    private sealed class Moments
    {
        public Moments(string name, Parameter parameter)
        {
            Name = name;
            Parameter = parameter;
            Mean = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
            MeanOfSquares = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
        }

        public string Name { get; }

        public Parameter Parameter { get; }

        public Tensor Mean { get; }

        public Tensor MeanOfSquares { get; }
    }
}
