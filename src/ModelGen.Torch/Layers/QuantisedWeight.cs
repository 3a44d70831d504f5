using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The weight of a linear layer, which is not trained, as whole numbers q from −127 to 127 with a scale for each output: w ≈ s q, where s
/// is the largest |w| of the row divided by 127 (Dettmers et al. 2022, "LLM.int8()"), so that no number is off by more than s / 2. Products
/// restore the float32 matrix for the time that they take, and again for their gradients, as Dettmers et al. 2023, "QLoRA", do.
/// </summary>
internal sealed class QuantisedWeight : nn.Module
{
    private const double Largest = 127;

    private readonly RestoredMatrices _memory;

    /// <summary>Rounds the weight of a layer, which from then on has an empty one.</summary>
    /// <param name="layer">The layer, whose weight is finite and no other layer's.</param>
    /// <param name="memory">Where the weights of its model are restored.</param>
    public QuantisedWeight(Linear layer, RestoredMatrices memory)
        : base(nameof(QuantisedWeight))
    {
        _memory = memory;
        var own = layer.weight!;
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        register_buffer(nameof(hash), tensor(own.Sha256(), ScalarType.Byte, own.device).DetachFromDisposeScope());

        // A row of zeros has any scale. In place, as the numbers are not needed any more.
        var largest = own.amax([1]).maximum(own.amin([1]).neg());
        var scales = largest.AddInPlace(largest.logical_not().to(ScalarType.Float32)).Times(1 / Largest);
        register_buffer(nameof(scale), scales.DetachFromDisposeScope());
        own.div_(scales.unsqueeze(1)).round_();
        register_buffer(nameof(weight), own.to(ScalarType.Int8).DetachFromDisposeScope());
        memory.Reserve(own.numel());
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
    /// <param name="result">Takes it, float32 [outputs, inputs].</param>
    public static void Restore(Tensor weight, Tensor scale, Tensor result)
    {
        using var constant = no_grad();
        using var column = scale.unsqueeze(1);
        result.copy_(weight);
        result.mul_(column);
    }

    /// <summary>Computes something from s q, of which the result may not be a part.</summary>
    /// <param name="compute">Computes it from the float32 matrix [outputs, inputs], which is gone afterwards.</param>
    public Tensor With(Func<Tensor, Tensor> compute)
    {
        var memory = _memory.Take(weight.device);
        try
        {
            using var part = memory.narrow(0, 0, weight.numel());
            using var matrix = part.view(weight.shape);
            Restore(weight, scale, matrix);
            return compute(matrix);
        }
        finally
        {
            _memory.Return(memory);
        }
    }

    /// <summary>x Wᵀ, of which only x has a gradient.</summary>
    /// <param name="x">x, […, inputs].</param>
    /// <returns>[…, outputs]; the caller disposes it.</returns>
    public Tensor Product(Tensor x) => QuantisedProduct.Of(this, x, isTransposed: true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _memory.Free();
        }

        base.Dispose(disposing);
    }

    /// <summary>Nothing to register: everything is registered by name.</summary>
    protected override void RegisterComponents() { }
}
