using ModelGen.Native;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Scores (logits) of a vocabulary's tokens, x Wᵀ, by a weight of its own: a linear map of which optimizers can tell that each row of the
/// weight is a token's, see <see cref="NamedParameter.IsMatrix"/>.
/// </summary>
public sealed class Unembedding : nn.Module<Tensor, Tensor>
{
    /// <summary>Makes the module; its weight starts as that of a linear layer does, from torch's global random numbers.</summary>
    /// <param name="features">The length n of what is scored.</param>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="device">Where the weight is; the CPU where null.</param>
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
        // For TorchSharp, which has a new parameter when the module moves to another device or type and sets the property of its name.
        private set => ConditionallyRegisterParameter(nameof(weight), value);
    }

    /// <summary>[…, n] to […, vocabulary].</summary>
    /// <param name="input">Numbers […, n]; the caller disposes it.</param>
    /// <returns>[…, vocabulary]; the caller disposes it.</returns>
    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight);

    /// <summary>Does nothing: the constructor has registered the weight.</summary>
    protected override void RegisterComponents() { }
}
