#pragma warning disable RS0030 // The one place where numbers become scalars.

using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>
/// Arithmetic that is safe against a garbage collection on another thread. TorchSharp's operators wrap each number, and the factor 1 of
/// every sum, in an object with a finalizer, and pass libtorch only its pointer: a collection at that moment frees the number before it is
/// read, and the operation fails with "Unknown scalar type" or worse. Here each scalar lives until its operation has returned.
/// </summary>
public static class TensorArithmetic
{
    private static readonly Scalar One = 1;
    private static readonly Scalar SoftplusThreshold = 20.0;

    /// <summary>x + y.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="y">A tensor of a broadcastable shape.</param>
    /// <returns>The sum; the caller disposes it.</returns>
    public static Tensor Plus(this Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.add(y, One);
    }

    /// <summary>x + number, element by element.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="number">The number.</param>
    /// <returns>The sum; the caller disposes it.</returns>
    public static Tensor Plus(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.add(scalar, One);
    }

    /// <summary>x · number, element by element.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="number">The number.</param>
    /// <returns>The product; the caller disposes it.</returns>
    public static Tensor Times(this Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return x.mul(scalar);
    }

    /// <summary>x², element by element; TorchSharp's <c>square</c> is a power with the scalar 2.</summary>
    /// <param name="x">A tensor.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    public static Tensor Squared(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.mul(x);
    }

    /// <summary>x ← x + y.</summary>
    /// <param name="x">The tensor that changes.</param>
    /// <param name="y">A tensor of a broadcastable shape.</param>
    /// <returns><paramref name="x"/>.</returns>
    public static Tensor AddInPlace(this Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.add_(y, One);
    }

    /// <summary>x where x > 0, otherwise slope · x.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="slope">The slope below 0.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    public static Tensor LeakyRelu(Tensor x, double slope)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = slope;
        return x.leaky_relu(scalar);
    }

    /// <summary>x where x > 0, otherwise alpha · (eˣ − 1).</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="alpha">The negated limit for x → −∞.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    public static Tensor Elu(Tensor x, double alpha)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = alpha;
        return x.elu(scalar, One, One);
    }

    /// <summary>log(1 + exp(beta · x)) / beta, and x itself where beta · x is above 20.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="beta">The sharpness of the bend at 0; must be above 0.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    public static Tensor Softplus(Tensor x, double beta)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = beta;
        return SoftplusOf(x, scalar, SoftplusThreshold);
    }

    /// <summary>x ← number, without autograd: to initialise a parameter.</summary>
    /// <param name="x">The tensor that changes.</param>
    /// <param name="number">The number.</param>
    /// <returns><paramref name="x"/>.</returns>
    public static Tensor Fill(Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return nn.init.constant_(x, scalar);
    }

    // TorchSharp's public overloads accept only plain numbers.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "softplus1")]
    private static extern Tensor SoftplusOf(Tensor x, Scalar beta, Scalar threshold);
}
