using ModelGen.Checkpoints;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// The weights that a model's training began with: a copy of those that are trained, which is saved with the run, so that a resumed run
/// needs nothing else.
/// </summary>
internal sealed class ReferenceWeights : IRunState
{
    private readonly Dictionary<string, Tensor> _copies = new(StringComparer.Ordinal);
    private readonly List<(Parameter Place, Tensor Copy)> _pairs = [];

    /// <summary>Copies the trained weights of a model.</summary>
    public ReferenceWeights(nn.Module model)
    {
        using var noGrad = no_grad();
        foreach (var (name, parameter) in NamedParameter.AllOf(model))
        {
            using var detached = parameter.detach();
            var copy = detached.clone().DetachFromDisposeScope();
            _copies.Add(name, copy);
            _pairs.Add((parameter, copy));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Tensors => _copies;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Texts { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, string> texts) { }

    /// <summary>Puts the weights into the model until the result is disposed; nothing is copied.</summary>
    public IDisposable Swap() => new Swapped(_pairs);

    private sealed class Swapped : IDisposable
    {
        private readonly List<(Parameter Place, Tensor Trained)> _all = [];

        public Swapped(List<(Parameter Place, Tensor Copy)> pairs)
        {
            using var noGrad = no_grad();
            foreach (var (place, copy) in pairs)
            {
                var trained = place.detach().DetachFromDisposeScope();
                place.set_(copy);
                _all.Add((place, trained));
            }
        }

        public void Dispose()
        {
            using var noGrad = no_grad();
            foreach (var (place, trained) in _all)
            {
                place.set_(trained);
                trained.Dispose();
            }

            _all.Clear();
        }
    }
}
