using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// What <see cref="Adam"/> and <see cref="AdamW"/> share: running means of each parameter's gradient and of its square, and one call of
/// libtorch's fused kernel for all parameters with the same weight decay.
/// </summary>
public abstract class FusedAdam : Optimizer
{
    private readonly FusedAdamOptions _options;
    private readonly Dictionary<string, Tensor> _state;
    private readonly Tensor _step;

    private protected FusedAdam(IReadOnlyList<(string Name, Parameter Value)> parameters, FusedAdamOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        All = [.. parameters.Where(static parameter => parameter.Value.requires_grad).Select(static parameter => new Moments(parameter.Name, parameter.Value))];
        if (All.Length == 0)
            throw new ArgumentException("There is no parameter to train.", nameof(parameters));
        _state = [];
        foreach (var moments in All)
        {
            _state.Add($"exp_avg.{moments.Name}", moments.Mean);
            _state.Add($"exp_avg_sq.{moments.Name}", moments.MeanOfSquares);
        }

        _step = zeros([], dtype: ScalarType.Float32, device: All[0].Parameter.device).DetachFromDisposeScope();
    }

    /// <summary>The running means of the gradients (<c>exp_avg.NAME</c>) and of their squares (<c>exp_avg_sq.NAME</c>).</summary>
    public override IReadOnlyDictionary<string, Tensor> State => _state;

    /// <inheritdoc/>
    public override long StepCount { get; set; }

    private protected Moments[] All { get; }

    /// <inheritdoc/>
    public override void Step(double learningRate)
    {
        using var noGrad = no_grad();
        StepCount++;
        _step.fill_(StepCount);
        StepAll(learningRate);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _step.Dispose();
        foreach (var tensor in _state.Values)
            tensor.Dispose();
    }

    private protected abstract void StepAll(double learningRate);

    private protected void Step(Moments[] all, double learningRate, double weightDecay)
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

        // With a decay of 0 it is Adam's kernel, too.
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

    private protected sealed class Moments
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
