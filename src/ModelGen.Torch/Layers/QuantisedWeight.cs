using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The weight of a linear layer, which is not trained, as whole numbers q from −127 to 127 with a scale for each output: w ≈ s q, where s is
/// the largest |w| of the row divided by 127 (Dettmers et al. 2022, "LLM.int8()"), so that no number is off by more than s / 2. Products
/// restore the float32 matrix for the time that they take, and again for their gradients, as Dettmers et al. 2023, "QLoRA", do.
/// </summary>
internal sealed class QuantisedWeight : nn.Module
{
    private const double Largest = 127;

    /// <summary>Rounds the weight of a layer, which from then on has an empty one.</summary>
    /// <param name="layer">The layer, whose weight is finite and no other layer's.</param>
    public QuantisedWeight(Linear layer)
        : base(nameof(QuantisedWeight))
    {
        var own = layer.weight!;
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        register_buffer(nameof(hash), tensor(own.Sha256(), ScalarType.Byte, own.device).DetachFromDisposeScope());

        // A row of zeros has any scale.
        var largest = own.abs().amax([1]);
        var scales = largest.AddInPlace(largest.logical_not().to(ScalarType.Float32)).Times(1 / Largest);
        register_buffer(nameof(scale), scales.DetachFromDisposeScope());
        register_buffer(nameof(weight), own.div(scales.unsqueeze(1)).round().to(ScalarType.Int8).DetachFromDisposeScope());
        using var none = empty([own.size(0), 0], device: own.device);
        own.set_(none);
    }

    /// <summary>q, int8 [outputs, inputs].</summary>
    public Tensor weight
    {
        get => get_buffer(nameof(weight))!;
        // For TorchSharp, as in RmsNorm.
        private set => ConditionallyRegisterBuffer(nameof(weight), value);
    }

    /// <summary>s, float32 [outputs].</summary>
    public Tensor scale
    {
        get => get_buffer(nameof(scale))!;
        private set => ConditionallyRegisterBuffer(nameof(scale), value);
    }

    /// <summary>The SHA-256 of the numbers that were rounded, [32].</summary>
    public Tensor hash
    {
        get => get_buffer(nameof(hash))!;
        private set => ConditionallyRegisterBuffer(nameof(hash), value);
    }

    /// <summary>s q.</summary>
    /// <param name="weight">q, int8 [outputs, inputs].</param>
    /// <param name="scale">s, float32 [outputs].</param>
    /// <returns>Float32 [outputs, inputs]; the caller disposes it.</returns>
    public static Tensor Restored(Tensor weight, Tensor scale)
    {
        using var constant = no_grad();
        using var column = scale.unsqueeze(1);
        return weight.to(ScalarType.Float32).mul_(column);
    }

    /// <summary>s q, float32 [outputs, inputs]; the caller disposes it.</summary>
    public Tensor Restored() => Restored(weight, scale);

    /// <summary>x Wᵀ, of which only x has a gradient.</summary>
    /// <param name="x">x, […, inputs].</param>
    /// <returns>[…, outputs]; the caller disposes it.</returns>
    public Tensor Product(Tensor x) => QuantisedProduct.Of(this, x, isTransposed: true);

    /// <summary>Nothing to register: everything is registered by name.</summary>
    protected override void RegisterComponents() { }
}
