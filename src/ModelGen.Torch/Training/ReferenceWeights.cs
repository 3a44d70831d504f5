using ModelGen.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// The weights that a model had before it was trained further, by which an objective measures how far it has moved. Only the weights that
/// are trained are kept, which with adapters are few, and they are saved with the run: a resumed run needs nothing else.
/// </summary>
internal sealed class ReferenceWeights : IRunState
{
    private readonly Parameter[] _weights;
    private readonly Dictionary<string, Tensor> _kept;

    /// <summary>Keeps the weights that a model has now.</summary>
    /// <param name="model">The model, on its device, with what is not trained frozen.</param>
    public ReferenceWeights(nn.Module model)
    {
        using var constant = no_grad();
        var trained = model
            .named_parameters()
            .Where(static each => each.parameter.requires_grad)
            .DistinctBy(static each => each.parameter.Handle);
        (string name, Parameter weight)[] all = [.. trained.Select(static each => (each.name, each.parameter))];
        _weights = [.. all.Select(static each => each.weight)];
        _kept = all.ToDictionary(static each => each.name, static each => each.weight.detach().clone().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Tensors => _kept;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Texts { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, string> texts) { }

    /// <summary>Puts the kept weights into the model until the result is disposed; nothing is copied.</summary>
    public IDisposable Swap() => new Swapped(_weights, [.. _kept.Values]);

    private sealed class Swapped : IDisposable
    {
        private readonly (Parameter Place, Tensor Trained)[] _all;

        public Swapped(Parameter[] places, Tensor[] kept)
        {
            using var constant = no_grad();
            _all = [.. places.Zip(kept, static (place, reference) =>
                {
                    var trained = place.detach().DetachFromDisposeScope();
                    place.set_(reference);
                    return (place, trained);
                })];
        }

        public void Dispose()
        {
            using var constant = no_grad();
            foreach (var (place, trained) in _all)
            {
                place.set_(trained);
                trained.Dispose();
            }
        }
    }
}
