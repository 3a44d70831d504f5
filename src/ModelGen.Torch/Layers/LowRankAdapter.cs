using ModelGen.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// A change of a linear layer's weight W that is trained in its place: y = x Wᵀ + b + s (x Aᵀ) Bᵀ, with A [rank, inputs] and B [outputs,
/// rank] (Hu et al. 2021, "LoRA"). With a magnitude m [outputs] it is y = m / ‖W + s B A‖ (x Wᵀ + s (x Aᵀ) Bᵀ) + b, by rows, where the norm
/// counts as a constant for gradients (Liu et al. 2024, "DoRA").
/// </summary>
/// <remarks>It is a part of the layer, as <c>adapter</c> in the model's state, and acts whenever the layer is called.</remarks>
public sealed class LowRankAdapter : nn.Module
{
    /// <summary>Its name in the state of a layer.</summary>
    internal const string Name = "adapter";

    /// <summary>The name of the quantised weight in its own state.</summary>
    internal const string Base = "base";

    // Of a layer whose weight is quantised, which does not see it itself. Nothing else runs between its two hooks.
    [ThreadStatic]
    private static Tensor? _input;

    private readonly Linear _layer;
    private readonly QuantisedWeight? _quantised;
    private readonly double _factor;
    private readonly double _dropout;
    private bool _isMerged;

    private LowRankAdapter(Linear layer, int rank, double factor, double dropout, bool hasMagnitude, RestoredMatrices? restored)
        : base(nameof(LowRankAdapter))
    {
        (_layer, _factor, _dropout) = (layer, factor, dropout);
        var weight = layer.weight!;
        var (outputs, inputs, device) = (weight.size(0), weight.size(1), weight.device);
        if (restored is not null)
        {
            _quantised = new QuantisedWeight(layer, restored);
            register_module(Base, _quantised);
        }

        using var constant = no_grad();

        // Uniform within ±1/√inputs, as in the authors' code.
        var bound = 1 / Math.Sqrt(inputs);
        register_parameter(nameof(a), new Parameter(empty(rank, inputs, device: device).uniform_(-bound, bound)));
        register_parameter(nameof(b), new Parameter(zeros(outputs, rank, device: device)));
        if (hasMagnitude)
        {
            register_parameter(nameof(magnitude), new Parameter(WithWeight(static w => w.VectorNorm([1]))));
        }

        register_buffer(nameof(scale), tensor((float)factor, device: device));
    }

    /// <summary>A, [rank, inputs].</summary>
    public Parameter a
    {
        get => get_parameter(nameof(a))!;
        // For TorchSharp, as in RmsNorm.
        private set => ConditionallyRegisterParameter(nameof(a), value);
    }

    /// <summary>B, [outputs, rank].</summary>
    public Parameter b
    {
        get => get_parameter(nameof(b))!;
        private set => ConditionallyRegisterParameter(nameof(b), value);
    }

    /// <summary>m, [outputs]; null without.</summary>
    public Parameter? magnitude
    {
        get => get_parameter(nameof(magnitude));
        private set => ConditionallyRegisterParameter(nameof(magnitude), value);
    }

    /// <summary>s, a scalar, for whoever reads the state.</summary>
    public Tensor scale
    {
        get => get_buffer(nameof(scale))!;
        private set => ConditionallyRegisterBuffer(nameof(scale), value);
    }

    /// <summary>Whether it draws at random while it is trained.</summary>
    internal bool DrawsAtRandom => _dropout > 0;

    /// <summary>Adds one to a layer, which computes what it did until B is trained.</summary>
    /// <param name="layer">The layer, which has none yet.</param>
    /// <param name="rank">The rank of the change, at least 1.</param>
    /// <param name="scale">s.</param>
    /// <param name="dropout">The share of its inputs that A does not see in training, from 0 to below 1.</param>
    /// <param name="hasMagnitude">Whether the rows' norms are trained as well.</param>
    /// <param name="restored">Where the layer's weight, which is finite and no other layer's, is restored, if it is to be kept as int8;
    /// null to leave it as it is.</param>
    internal static void AddTo(Linear layer, int rank, double scale, double dropout, bool hasMagnitude, RestoredMatrices? restored = null)
    {
        layer.weight!.requires_grad = false;
        var adapter = new LowRankAdapter(layer, rank, scale, dropout, hasMagnitude, restored);
        layer.register_module(Name, adapter);
        if (restored is not null)
        {
            layer.register_forward_pre_hook(adapter.Spare);
        }

        layer.register_forward_hook(adapter.Adapt);
        adapter.train(layer.training);
    }

    /// <summary>What a module was given, in a hook of its call: a layer whose weight is quantised is called with nothing.</summary>
    /// <param name="module">The module.</param>
    /// <param name="input">What it is called with.</param>
    internal static Tensor InputOf(nn.Module module, Tensor input) =>
        module is Linear layer && AllOf(layer).Any(static adapter => adapter is { _quantised: not null, _isMerged: false })
            ? _input!
            : input;

    /// <summary>The quantised weights of a model, by the names of their layers' own.</summary>
    internal static IReadOnlyDictionary<string, QuantisedWeight> QuantisedOf(nn.Module model)
    {
        const string Ending = $"{Name}.{Base}";
        return model
            .named_modules()
            .Where(static part => part.module is QuantisedWeight)
            .ToDictionary(
                static part => $"{part.name[..^Ending.Length]}{nameof(Linear.weight)}",
                static part => (QuantisedWeight)part.module,
                StringComparer.Ordinal
            );
    }

    /// <summary>The adapters of a model, with the layers that they change.</summary>
    internal static IReadOnlyList<LowRankAdapter> AllOf(nn.Module model) => [.. model.modules().OfType<LowRankAdapter>()];

    /// <summary>Puts the changed weights into the layers of a model until the result is disposed, for code that reads weights.</summary>
    internal static IDisposable? Merge(nn.Module model) => AllOf(model) is { Count: > 0 } all ? new Merged(all) : null;

    /// <summary>The changed weight.</summary>
    /// <param name="weight">W.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="scale">s.</param>
    /// <param name="magnitude">m; null without.</param>
    /// <returns>[outputs, inputs]; the caller disposes it.</returns>
    internal static Tensor Changed(Tensor weight, Tensor a, Tensor b, double scale, Tensor? magnitude)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var changed = Changed(weight, b.Times(scale), a);
        return (magnitude is null ? changed : changed.mul_((magnitude / changed.VectorNorm([1])).unsqueeze(1))).MoveToOuterDisposeScope();
    }

    // W + B A.
    private static Tensor Changed(Tensor weight, Tensor b, Tensor a) => b.mm(a).AddInPlace(weight);

    /// <summary>Nothing to register: everything is registered by name, and the layer is not a part of its adapter.</summary>
    protected override void RegisterComponents() { }

    // Computes something from W as float32.
    private Tensor WithWeight(Func<Tensor, Tensor> compute) => _quantised?.With(compute) ?? compute(_layer.weight!);

    // No rows for the empty weight, instead of the input.
    private Tensor Spare(nn.Module<Tensor, Tensor> layer, Tensor input)
    {
        if (_isMerged)
        {
            return input;
        }

        _input = input;
        return _layer.weight!.narrow(0, 0, 0);
    }

    private Tensor Adapt(nn.Module<Tensor, Tensor> layer, Tensor input, Tensor output)
    {
        if (_isMerged)
        {
            return output;
        }

        using var scope = NewDisposeScope();
        if (_quantised is not null)
        {
            input.Dispose();
            input = _input!;
        }

        var seen = _dropout > 0 && training ? nn.functional.dropout(input, _dropout, training: true) : input;
        var scaled = b.Times(_factor);
        var change = nn.functional.linear(nn.functional.linear(seen, a), scaled);
        if (_quantised is null && magnitude is null)
        {
            return output.AddInPlace(change);
        }

        var product = Product(input, output);
        var result = _quantised is null ? product.Plus(change) : product.AddInPlace(change);
        output.Dispose();
        if (magnitude is not null)
        {
            Tensor norm;
            using (no_grad())
            {
                norm = WithWeight(weight =>
                {
                    using var changed = Changed(weight, scaled, a);
                    return changed.VectorNorm([1]);
                });
            }

            result = result * (magnitude / norm);
        }

        return (_layer.bias is { } bias ? result.AddInPlace(bias) : result).MoveToOuterDisposeScope();
    }

    // x Wᵀ.
    private Tensor Product(Tensor input, Tensor output) =>
        _quantised is not null ? _quantised.Product(input)
        : _layer.bias is { } bias ? output - bias
        : output;

    // Other memory for that time: nothing is copied.
    private sealed class Merged : IDisposable
    {
        private readonly List<(LowRankAdapter Adapter, Tensor Weight)> _own = [];

        public Merged(IReadOnlyList<LowRankAdapter> all)
        {
            using var constant = no_grad();
            foreach (var adapter in all.Where(static each => !each._isMerged))
            {
                var place = adapter._layer.weight!;
                _own.Add((adapter, place.detach().DetachFromDisposeScope()));
                using var changed = adapter.WithWeight(weight => Changed(weight, adapter.a, adapter.b, adapter._factor, adapter.magnitude));
                place.set_(changed);
                adapter._isMerged = true;
            }
        }

        public void Dispose()
        {
            using var constant = no_grad();
            foreach (var (adapter, weight) in _own)
            {
                adapter._layer.weight!.set_(weight);
                weight.Dispose();
                adapter._isMerged = false;
            }

            _own.Clear();
        }
    }
}
