using ModelGen.Layers;
using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Guards;

/// <summary>Follows a loss through a model's modules with hooks, which it removes when disposed.</summary>
internal sealed class DivergenceSearch : IDisposable
{
    private const double Share = 1.0 / (1L << 40);

    private readonly nn.Module _model;
    private readonly LayerTable _table;
    private readonly Dictionary<nn.Module, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly List<Action> _removals = [];
    private readonly Stack<nn.Module> _running = new();
    private readonly List<string> _calls = [];
    private Divergence? _found;

    /// <summary>Registers the hooks.</summary>
    public DivergenceSearch(nn.Module model)
    {
        _model = model;
        _table = new LayerTable((model as IGeneratedModel)?.SourceMap ?? "");
        _names.Add(model, "");
        foreach (var (name, module) in model.named_modules())
        {
            _names.TryAdd(module, name);
        }

        foreach (var module in _names.Keys.OfType<nn.Module<Tensor, Tensor>>())
        {
            _removals.Add(module.register_forward_pre_hook(Enter).remove);
            _removals.Add(module.register_forward_hook(Leave).remove);
        }
    }

    /// <summary>Where it began; null if everything is finite.</summary>
    public Divergence? Run(Func<Tensor> loss)
    {
        if (Weight() is { } weight)
        {
            return weight;
        }

        using var total = loss();
        RemoveHooks();
        return _found ?? (total.IsFinite() ? Gradient(total) : new Divergence(DivergenceOrigin.Loss, ""));
    }

    /// <inheritdoc/>
    public void Dispose() => RemoveHooks();

    private void RemoveHooks()
    {
        _removals.ForEach(static remove => remove());
        _removals.Clear();
    }

    private Tensor Enter(nn.Module<Tensor, Tensor> module, Tensor input)
    {
        var name = _names[module];
        if (_found is null && !LowRankAdapter.InputOf(module, input).IsFinite())
        {
            _found = _running.TryPeek(out var around)
                ? Between(around, name)
                : new Divergence(_calls.Count == 0 ? DivergenceOrigin.Data : DivergenceOrigin.Objective, name);
        }

        _running.Push(module);
        _calls.Add(name);
        return input;
    }

    private Tensor Leave(nn.Module<Tensor, Tensor> module, Tensor input, Tensor output)
    {
        _running.Pop();
        if (_found is null && !output.IsFinite())
        {
            _found = Inside(module) with { IsFaultOfKernel = MustBeFinite(module, input, output) };
        }

        return output;
    }

    // A sum of n products is at most n times the product of the largest factors.
    private static bool MustBeFinite(nn.Module module, Tensor input, Tensor output)
    {
        var (weight, bias) = module switch
        {
            Linear linear => (linear.weight, linear.bias),
            Convolution convolution => (convolution.weight, convolution.bias),
            _ => (null, null),
        };
        return weight is not null
            && weight.numel() > 0
            && (Largest(input) * Largest(weight) * weight.numel()) + (bias is null ? 0 : Largest(bias)) < finfo(output.dtype).max;
    }

    private static double Largest(Tensor tensor)
    {
        using var sizes = tensor.abs();
        using var largest = sizes.max();
        return largest.Read();
    }

    // What the enclosing module passes to a submodule.
    private Divergence Between(nn.Module around, string name) =>
        new(DivergenceOrigin.Layer, _names[around], Rows(around)?.Before(Last(name, _names[around])) ?? []);

    private Divergence Inside(nn.Module module)
    {
        var name = _names[module];
        return new Divergence(DivergenceOrigin.Layer, name, Rows(module)?.BeforeTheEnd() ?? LayersOf(name));
    }

    private Divergence? Weight()
    {
        foreach (
            var (name, weight) in _model
                .named_parameters()
                .Select(static pair => (pair.name, (Tensor)pair.parameter))
                .Concat(_model.named_buffers())
        )
        {
            if (!weight.IsFinite())
            {
                return new Divergence(DivergenceOrigin.Weight, name, LayersOf(Owner(name)));
            }
        }

        return null;
    }

    private Divergence? Gradient(Tensor total)
    {
        var parameters = _model.named_parameters().Where(static pair => pair.parameter.requires_grad).ToList();
        if (!total.requires_grad)
        {
            return null;
        }

        foreach (var (_, parameter) in parameters)
        {
            parameter.grad = null;
        }

        Tensor[] sources = [.. parameters.Select(static pair => pair.parameter)];
        var gradients = autograd.grad([total], sources, retain_graph: true, allow_unused: true);
        string? last = null;
        var lastCall = -1;
        for (var i = 0; i < parameters.Count; i++)
        {
            var name = parameters[i].name;
            if (gradients[i] is not { IsInvalid: false } gradient || gradient.IsFinite())
            {
                continue;
            }

            // Backward starts at the end, so it reaches first what forward reaches last. A module that is not called counts as its
            // predecessor.
            var call = _calls.LastIndexOf(Owner(name));
            lastCall = Math.Max(lastCall, call);
            if (call < 0 || call == lastCall)
            {
                last = name;
            }
        }

        if (last is null)
        {
            return null;
        }

        // Gradients are proportional to the loss, so those of a small share of it are finite if only their size was at fault.
        using var share = Numbers.Full([], Share, total.dtype, total.device);
        var shares = autograd.grad([total], sources, [share.expand(total.shape)], allow_unused: true);
        return new Divergence(DivergenceOrigin.Gradient, last, LayersOf(Owner(last)))
        {
            IsOverflow = shares.All(static gradient => gradient is not { IsInvalid: false } || gradient.IsFinite()),
        };
    }

    // The layer that a module belongs to, from the rows of the enclosing module.
    private IReadOnlyList<DivergentLayer> LayersOf(string module)
    {
        var around = _names
            .Where(pair => pair.Value.Length == 0 ? module.Length > 0 : module.StartsWith(pair.Value + ".", StringComparison.Ordinal))
            .OrderByDescending(static pair => pair.Value.Length)
            .Select(pair => Rows(pair.Key)?.Of(Last(module, pair.Value)))
            .FirstOrDefault(static layer => layer is not null);
        return around is { } layer ? [layer] : [];
    }

    // The table lists the model's class and those nested in it, not other classes of the same name.
    private LayerRows? Rows(nn.Module module) =>
        module == _model || module.GetType().DeclaringType?.DeclaringType == _model.GetType() ? _table.Find(module.GetName()) : null;

    private static string Last(string module, string around) => around.Length == 0 ? module : module[(around.Length + 1)..];

    private static string Owner(string parameter) => parameter.LastIndexOf('.') is > 0 and var dot ? parameter[..dot] : "";
}
