using ModelGen.Checkpoints;
using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// The exponential moving average of a module's weights over training (Polyak and Juditsky 1992; for generators Yazıcı et al. 2019, "The
/// unusual effectiveness of averaging in GAN training"): θ̄ ← d θ̄ + (1 − d) θ. Buffers, such as running means, are not averaged but copied
/// from the module.
/// </summary>
/// <remarks>
/// The average starts as the module's weights and has their types. It holds on to the module's tensors, so move the module to its device
/// and type first.
/// </remarks>
/// <example>
/// <code>
/// using var average = new WeightAverage(generator, decay: 0.999);
/// for (…)
/// {
///     optimizer.Step(learningRate);
///     average.Update();
/// }
///
/// using (average.Swap())
///     images = generator.Sample(64);
/// </code>
/// </example>
public sealed class WeightAverage : IRunState, IDisposable
{
    private readonly double _decay;
    private readonly bool _warmUp;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _averages;
    private readonly Tensor[] _buffers;
    private readonly Tensor[] _copies;
    private readonly Dictionary<ScalarType, Tensor> _shares = [];
    private readonly Tensor[] _shareOfEach;
    private readonly Dictionary<string, Tensor> _state = [];
    private Swapped? _swapped;

    /// <summary>Starts an average at the module's current weights.</summary>
    /// <param name="module">The module that is trained; the caller keeps ownership.</param>
    /// <param name="decay">The decay d, the share of the old average that an update keeps, in [0, 1).</param>
    /// <param name="warmUp">Whether update t (from 0) keeps min(d, (1 + t) / (10 + t)), so that the initial weights are soon
    /// forgotten.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is out of range.</exception>
    /// <exception cref="ArgumentException">The module has no parameters.</exception>
    public WeightAverage(nn.Module module, double decay, bool warmUp = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (decay is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay of an average must be in [0, 1).");
        }

        _decay = decay;
        _warmUp = warmUp;
        using var noGrad = no_grad();

        // Every tensor once, under its first name; tied weights have several.
        var parameters = module.named_parameters().DistinctBy(static entry => entry.parameter.Handle).ToList();
        var buffers = module.named_buffers().DistinctBy(static entry => entry.buffer.Handle).ToList();
        if (parameters.Count == 0)
        {
            throw new ArgumentException("There are no weights to average.", nameof(module));
        }

        _parameters = [.. parameters.Select(static entry => entry.parameter)];
        _buffers = [.. buffers.Select(static entry => entry.buffer)];
        _averages = [.. parameters.Select(entry => Copy(entry.name, entry.parameter))];
        _copies = [.. buffers.Select(entry => Copy(entry.name, entry.buffer))];
        foreach (var parameter in _parameters.DistinctBy(static parameter => parameter.dtype))
        {
            _shares.Add(parameter.dtype, Numbers.Full([], 1 - decay, parameter.dtype, parameter.device).DetachFromDisposeScope());
        }

        _shareOfEach = [.. _parameters.Select(parameter => _shares[parameter.dtype])];
    }

    /// <summary>
    /// The averaged parameters and the copied buffers under the module's own state names. The average keeps ownership; checkpoints save
    /// them and load into them.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    IReadOnlyDictionary<string, Tensor> IRunState.Tensors => _state;

    IReadOnlyDictionary<string, string> IRunState.Texts => new Dictionary<string, string> { ["updates"] = StateText.Of(UpdateCount) };

    /// <summary>The number of updates so far, on which the warm-up depends.</summary>
    public long UpdateCount { get; set; }

    /// <summary>Updates the average with the module's current weights; call it once after each step.</summary>
    /// <exception cref="InvalidOperationException">The averaged weights are in the module.</exception>
    public void Update()
    {
        if (_swapped is not null)
        {
            throw new InvalidOperationException("The averaged weights are in the module; dispose the result of Swap before updating.");
        }

        using var noGrad = no_grad();
        if (_warmUp)
        {
            foreach (var share in _shares.Values)
            {
                share.FillInPlace(1 - Math.Min(_decay, (1.0 + UpdateCount) / (10.0 + UpdateCount)));
            }
        }

        // The overload with one number for all takes a Scalar, which cannot be passed; this one takes a tensor for each.
        Dispatcher.Call(
            "aten::_foreach_lerp_"u8,
            "List"u8,
            [Dispatcher.TensorList(_averages), Dispatcher.TensorList(_parameters), Dispatcher.TensorList(_shareOfEach)]
        );
        if (_buffers.Length > 0)
        {
            Dispatcher.Call(
                "aten::_foreach_copy_"u8,
                ""u8,
                [Dispatcher.TensorList(_copies), Dispatcher.TensorList(_buffers), Dispatcher.Bool(false)]
            );
        }

        UpdateCount++;
    }

    /// <summary>
    /// Puts the average into the module, for evaluation or sampling, until the result is disposed. Nothing is copied: the module's tensors
    /// refer to other memory for that time. Whatever changes the module's weights or buffers meanwhile changes the average.
    /// </summary>
    /// <returns>Puts the trained weights and buffers back when disposed.</returns>
    /// <exception cref="InvalidOperationException">The average is in the module already.</exception>
    public IDisposable Swap()
    {
        if (_swapped is not null)
        {
            throw new InvalidOperationException("The averaged weights are in the module already.");
        }

        return _swapped = new Swapped(this);
    }

    /// <summary>Makes the average the module's own weights and buffers, for good.</summary>
    /// <exception cref="InvalidOperationException">The average is in the module already, temporarily.</exception>
    public void Apply()
    {
        if (_swapped is not null)
        {
            throw new InvalidOperationException("The averaged weights are in the module already.");
        }

        using var noGrad = no_grad();
        foreach (var (place, averaged) in _parameters.Concat(_buffers).Zip(_averages.Concat(_copies)))
        {
            place.copy_(averaged);
        }
    }

    void IRunState.Restore(IReadOnlyDictionary<string, string> texts) => UpdateCount = StateText.Whole(texts, "updates");

    /// <summary>Frees the average, after putting the trained weights back if they are swapped out.</summary>
    public void Dispose()
    {
        _swapped?.Dispose();
        foreach (var tensor in _state.Values.Concat(_shares.Values))
        {
            tensor.Dispose();
        }
    }

    private Tensor Copy(string name, Tensor tensor)
    {
        using var detached = tensor.detach();
        var copy = detached.clone().DetachFromDisposeScope();
        _state.Add(name, copy);
        return copy;
    }

    private sealed class Swapped : IDisposable
    {
        private readonly WeightAverage _average;
        private readonly (Tensor Place, Tensor Trained)[] _all;

        public Swapped(WeightAverage average)
        {
            _average = average;
            using var noGrad = no_grad();
            _all =
            [
                .. average
                    ._parameters.Concat(average._buffers)
                    .Zip(average._averages.Concat(average._copies), static (place, averaged) =>
                    {
                        var trained = place.detach().DetachFromDisposeScope();
                        place.set_(averaged);
                        return (place, trained);
                    }),
            ];
        }

        public void Dispose()
        {
            if (_average._swapped != this)
            {
                return;
            }

            _average._swapped = null;
            using var noGrad = no_grad();
            foreach (var (place, trained) in _all)
            {
                place.set_(trained);
                trained.Dispose();
            }
        }
    }
}
