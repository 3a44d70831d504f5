using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// x / √(mean of x² + ε) · weight over the last axes, like PyTorch's <c>RMSNorm</c> (Zhang and Sennrich 2019, "Root mean square layer
/// normalization").
/// </summary>
public sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] _axes;

    /// <summary>Creates the module; its weight starts at one.</summary>
    /// <param name="shape">The lengths of the axes that are normalised together.</param>
    /// <param name="epsilon">ε, above 0.</param>
    /// <param name="device">The device of the weight; the CPU if null.</param>
    public RmsNorm(long[] shape, double epsilon = 1e-6, Device? device = null)
        : base(nameof(RmsNorm))
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        Epsilon = epsilon;
        _axes = [.. Enumerable.Range(1, shape.Length).Select(static axis => (long)-axis)];
        register_parameter(nameof(weight), nn.Parameter(ones(shape, device: device)));
    }

    /// <summary>ε, which is added to the mean.</summary>
    public double Epsilon { get; }

    /// <summary>The weight, of the shape of the axes.</summary>
    public Parameter weight
    {
        get => get_parameter(nameof(weight))!;
        // For TorchSharp, which sets this property by name to a new parameter when the module moves to another device or type.
        private set => ConditionallyRegisterParameter(nameof(weight), value);
    }

    /// <summary>Normalises […, shape].</summary>
    /// <param name="input">The vectors; the caller disposes it.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var squares = input.Squared();
        using var means = squares.mean(_axes, keepdim: true);
        using var above = means.Plus(Epsilon);
        using var scale = above.rsqrt();
        using var normed = input * scale;
        return normed * weight;
    }

    /// <summary>Does nothing: the constructor has registered the weight.</summary>
    protected override void RegisterComponents() { }
}
