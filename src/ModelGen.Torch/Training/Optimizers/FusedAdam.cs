using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// The base of <see cref="Adam"/> and <see cref="AdamW"/>: running means of each parameter's gradient and squared gradient, saved as
/// <c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c>, and one call to libtorch's fused kernel for all parameters with the same weight decay.
/// </summary>
public abstract class FusedAdam : Optimizer
{
    private readonly FusedAdamOptions _options;
    private readonly Tensor _step;

    private protected FusedAdam(IReadOnlyList<NamedParameter> parameters, FusedAdamOptions options)
        : base(parameters, options)
    {
        _options = options;
        All =
        [
            .. Parameters.Select(parameter => new Moments(parameter, AddState("exp_avg", parameter), AddState("exp_avg_sq", parameter))),
        ];
        _step = zeros([], dtype: ScalarType.Float32, device: All[0].Parameter.device).DetachFromDisposeScope();
    }

    private protected Moments[] All { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _step.Dispose();
        base.Dispose();
    }

    internal sealed override void StepAll(double learningRate)
    {
        _step.FillInPlace(StepCount);
        StepFused(learningRate);
    }

    private protected abstract void StepFused(double learningRate);

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
            {
                continue;
            }

            parameters[count] = moments.Parameter;
            gradients[count] = gradient;
            means[count] = moments.Mean;
            squares[count] = moments.MeanOfSquares;
            count++;
        }

        if (count == 0)
        {
            return;
        }

        // With a decay of 0 this equals Adam's kernel.
        // _fused_adamw_(self, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, state_steps, *, lr, beta1, beta2, weight_decay, eps, amsgrad,
        // maximize, grad_scale, found_inf)
        Dispatcher.Call(
            "aten::_fused_adamw_"u8,
            ""u8,
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
                Dispatcher.OptionalTensor(Hold),
            ]
        );
        foreach (var gradient in gradients.AsSpan(0, count))
        {
            gradient.Dispose();
        }
    }

    private protected sealed class Moments(NamedParameter parameter, Tensor mean, Tensor meanOfSquares)
    {
        public Parameter Parameter { get; } = parameter.Value;

        public bool Decays { get; } = parameter.Decays;

        public Tensor Mean { get; } = mean;

        public Tensor MeanOfSquares { get; } = meanOfSquares;
    }
}
