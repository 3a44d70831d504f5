using ModelGen.Checkpoints;
using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>
/// Dynamic loss scaling (Micikevicius et al. 2018, "Mixed precision training", section 3.2), as <c>torch.amp.GradScaler</c> does it: the
/// loss is multiplied by a scale before its gradients are taken, so that those of float16 layers do not vanish, and the gradients are
/// divided by it afterwards. If one of them is NaN or infinite, the step is skipped and the scale halved; after 2000 good steps in a row it
/// is doubled.
/// </summary>
/// <remarks>
/// The scale lives on the parameters' device; each step reads back only whether its gradients are finite. The state holds <c>scale</c>,
/// <c>good_steps</c> (since the scale last changed) and <c>skipped_steps</c> (so far).
/// </remarks>
/// <example>
/// <code>
/// using var scaling = new LossScaling(device);
/// for (…)
/// {
///     using (var scaled = scaling.Scale(loss))
///         scaled.backward();
///     if (scaling.Unscale(parameters))
///         optimizer.Step(learningRate);
/// }
/// </code>
/// </example>
public sealed class LossScaling : IRunState, IDisposable
{
    /// <summary>The initial scale of a run.</summary>
    public const double InitialScale = 65536;

    /// <summary>The factor by which the scale grows after enough good steps.</summary>
    public const double GrowthFactor = 2;

    /// <summary>The factor by which the scale shrinks after gradients that are not finite.</summary>
    public const double BackoffFactor = 0.5;

    /// <summary>The number of good steps in a row after which the scale grows.</summary>
    public const int GrowthInterval = 2000;

    // Gradients that are not finite even below this scale have another cause.
    private const double LeastScale = 1.0 / (1 << 24);

    private readonly Tensor _scale;
    private readonly Tensor _goodSteps;
    private readonly Tensor _skippedSteps;
    private readonly Tensor _found;

    /// <summary>Starts at <see cref="InitialScale"/>.</summary>
    /// <param name="device">Where the gradients are; the CPU if null.</param>
    public LossScaling(Device? device = null)
    {
        _scale = Numbers.Full([], InitialScale, ScalarType.Float32, device).DetachFromDisposeScope();
        _goodSteps = zeros([], dtype: ScalarType.Int32, device: device).DetachFromDisposeScope();
        _skippedSteps = zeros([], dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        _found = zeros([], dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        State = new Dictionary<string, Tensor>
        {
            ["scale"] = _scale,
            ["good_steps"] = _goodSteps,
            ["skipped_steps"] = _skippedSteps,
        };
    }

    /// <summary>What must be saved for an exact resume, by name. The instance keeps ownership.</summary>
    public IReadOnlyDictionary<string, Tensor> State { get; }

    IReadOnlyDictionary<string, Tensor> IRunState.Tensors => State;

    IReadOnlyDictionary<string, string> IRunState.Texts { get; } = new Dictionary<string, string>();

    /// <summary>Whether gradients were not finite at any scale, so that scaling cannot help.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>The number of steps skipped so far; optimizers do not count them. Reading it synchronises with the device.</summary>
    public long SkippedSteps
    {
        get
        {
            using var onHost = _skippedSteps.cpu();
            return onHost.item<long>();
        }
    }

    /// <summary>The loss times the scale.</summary>
    /// <param name="loss">The loss; the caller disposes it.</param>
    /// <returns>What to call <c>backward</c> on; the caller disposes it.</returns>
    public Tensor Scale(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss * _scale;
    }

    /// <summary>Divides the gradients by the scale, and updates the scale for the next step.</summary>
    /// <param name="parameters">The parameters; those without a gradient are skipped.</param>
    /// <returns>Whether all gradients are finite; if not, the step must be skipped.</returns>
    public bool Unscale(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(static parameter => parameter.grad).OfType<Tensor>().ToArray();
        _found.FillInPlace(0);
        if (gradients.Length > 0)
        {
            // _amp_foreach_non_finite_check_and_unscale_(self, found_inf, inv_scale)
            Dispatcher.Call(
                "aten::_amp_foreach_non_finite_check_and_unscale_"u8,
                ""u8,
                [Dispatcher.TensorList(gradients), Dispatcher.Tensor(_found), Dispatcher.Tensor(_scale.reciprocal())]
            );
        }

        // _amp_update_scale_(self, growth_tracker, found_inf, scale_growth_factor, scale_backoff_factor, growth_interval) -> self
        Span<ulong> slots =
        [
            Dispatcher.Tensor(_scale),
            Dispatcher.Tensor(_goodSteps),
            Dispatcher.Tensor(_found),
            Dispatcher.Float(GrowthFactor),
            Dispatcher.Float(BackoffFactor),
            GrowthInterval,
        ];
        Dispatcher.Call("aten::_amp_update_scale_"u8, ""u8, slots);
        Tensor.UnsafeCreateTensor((nint)slots[0]).Dispose();
        if (_found.cpu().item<float>() == 0)
        {
            return true;
        }

        _skippedSteps.IncrementInPlace();
        IsExhausted = _scale.cpu().item<float>() < LeastScale;
        return false;
    }

    void IRunState.Restore(IReadOnlyDictionary<string, string> texts) { }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        _scale.Dispose();
        _goodSteps.Dispose();
        _skippedSteps.Dispose();
        _found.Dispose();
    }
}
