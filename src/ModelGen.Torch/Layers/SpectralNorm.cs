using ModelGen.Native.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Divides a weight by its largest singular value, so that its spectral norm is 1 (Miyato et al. 2018, "Spectral
/// normalization for generative adversarial networks"). The value is estimated by power iteration as in PyTorch's
/// <c>torch.nn.utils.parametrizations.spectral_norm</c>: one iteration at each call in training, none in evaluation, and 15 at the start.
/// </summary>
/// <remarks>
/// The weight is reshaped to a matrix W with one row for each element of an axis. An iteration is u ← W v / ‖W v‖, v ← Wᵀ u / ‖Wᵀ u‖; the
/// result is W / (uᵀ W v), where u and v are constants for the gradient. The state holds <c>u</c> [rows] and <c>v</c> [columns].
/// </remarks>
public sealed class SpectralNorm : nn.Module<Tensor, Tensor>
{
    private const int FirstIterations = 15;
    private const double Epsilon = 1e-12;

    private readonly long _axis;

    /// <summary>Initialises the estimate from torch's global random generator.</summary>
    /// <param name="weight">The initial weight, with two axes or more. It is not kept.</param>
    /// <param name="axis">The output axis, whose elements become the matrix's rows: 0, or 1 for a transposed convolution.</param>
    /// <exception cref="ArgumentException">The weight has fewer than two axes, or no such axis.</exception>
    public SpectralNorm(Tensor weight, long axis)
        : base(nameof(SpectralNorm))
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.dim() < 2)
        {
            throw new ArgumentException($"A spectral norm needs a weight with at least two axes, not {weight.dim()}.", nameof(weight));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(axis);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(axis, weight.dim());
        _axis = axis;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var matrix = Matrix(weight);
        var (u, v) = (Unit(randn_like(matrix.select(1, 0))), Unit(randn_like(matrix.select(0, 0))));
        for (var iteration = 0; iteration < FirstIterations; iteration++)
        {
            (u, v) = Iterate(matrix, v);
        }

        register_buffer("u", u.DetachFromDisposeScope());
        register_buffer("v", v.DetachFromDisposeScope());
    }

    // Moving the module to another device or type replaces its buffers, so no field holds them.
    private Tensor U => get_buffer("u")!;

    private Tensor V => get_buffer("v")!;

    /// <summary>Divides the weight by its largest singular value.</summary>
    /// <param name="weight">The trainable weight; the caller disposes it.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    public override Tensor forward(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var matrix = Matrix(weight);
        var (u, v) = training ? Updated(matrix) : (U.clone(), V.clone());
        var norm = u.dot(matrix.mv(v));
        return (weight / norm).MoveToOuterDisposeScope();
    }

    /// <summary>Does nothing: the constructor has registered the buffers.</summary>
    protected override void RegisterComponents() { }

    // Does not return the buffers: the next call changes them, possibly before this call's gradient is computed.
    private (Tensor U, Tensor V) Updated(Tensor matrix)
    {
        using var noGrad = no_grad();
        var (u, v) = Iterate(matrix, V);
        U.copy_(u);
        V.copy_(v);
        return (u, v);
    }

    private static (Tensor U, Tensor V) Iterate(Tensor matrix, Tensor v)
    {
        var u = Unit(matrix.mv(v));
        return (u, Unit(matrix.t().mv(u)));
    }

    private static Tensor Unit(Tensor vector) => nn.functional.normalize(vector, dim: 0, eps: Epsilon);

    private Tensor Matrix(Tensor weight) => weight.movedim([_axis], [0]).flatten(1);
}
