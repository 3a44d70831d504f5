using ModelGen.Native;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Scores (logits) for the tokens of a vocabulary, x Wᵀ, with an untied weight. Unlike a linear layer, it lets optimizers know that each
/// row of the weight belongs to a token; see <see cref="NamedParameter.IsMatrix"/>.
/// </summary>
public sealed class Unembedding : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module; its weight is initialised like a linear layer's, from torch's global random generator.</summary>
    /// <param name="features">n, the length of an input vector.</param>
    /// <param name="vocabulary">The number of tokens.</param>
    /// <param name="device">The device of the weight; the CPU if null.</param>
    public Unembedding(long features, long vocabulary, Device? device = null)
        : base(nameof(Unembedding))
    {
        var rows = nn.Parameter(empty([vocabulary, features], device: device));
        nn.init.kaiming_uniform_(rows, a: Math.Sqrt(5));
        register_parameter(nameof(weight), rows);
    }

    /// <summary>The weight W, [vocabulary, n].</summary>
    public Parameter weight
    {
        get => get_parameter(nameof(weight))!;
        // For TorchSharp, which sets this property by name to a new parameter when the module moves to another device or type.
        private set => ConditionallyRegisterParameter(nameof(weight), value);
    }

    /// <summary>Maps […, n] to […, vocabulary].</summary>
    /// <param name="input">The vectors, […, n]; the caller disposes it.</param>
    /// <returns>[…, vocabulary]; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight);

    /// <summary>Does nothing: the constructor has registered the weight.</summary>
    protected override void RegisterComponents() { }
}
