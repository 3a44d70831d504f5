#pragma warning disable RS0030 // This is the room that numbers go through.

using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>
/// Arithmetic that survives a garbage collection on another thread. TorchSharp's operators wrap each number, and the factor 1 of every sum,
/// in an object with a finalizer, of which libtorch gets only the pointer: a collection in that moment frees the number before it is read,
/// and the operation fails with "Unknown scalar type" or worse. Here each number lives until its operation has returned.
/// </summary>
public static class TensorArithmetic
{
    private static readonly Scalar One = 1;
    private static readonly Scalar SoftplusThreshold = 20.0;

    /// <summary>x + y.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="y">One of a shape that goes with it.</param>
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

    /// <summary>x², element by element; TorchSharp's <c>square</c> is a power with the number 2.</summary>
    /// <param name="x">A tensor.</param>
    /// <returns>Of the same shape; the caller disposes it.</returns>
    public static Tensor Squared(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.mul(x);
    }

    /// <summary>x ← x + y.</summary>
    /// <param name="x">The tensor that changes.</param>
    /// <param name="y">One of a shape that goes with it.</param>
    /// <returns><paramref name="x"/>.</returns>
    public static Tensor AddInPlace(this Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.add_(y, One);
    }

    /// <summary>x where x > 0, otherwise slope · x.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="slope">The slope below 0.</param>
    /// <returns>Of the same shape; the caller disposes it.</returns>
    public static Tensor LeakyRelu(Tensor x, double slope)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = slope;
        return x.leaky_relu(scalar);
    }

    /// <summary>x where x > 0, otherwise alpha · (eˣ − 1).</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="alpha">What it comes near to from above below 0, with its sign changed.</param>
    /// <returns>Of the same shape; the caller disposes it.</returns>
    public static Tensor Elu(Tensor x, double alpha)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = alpha;
        return x.elu(scalar, One, One);
    }

    /// <summary>log(1 + exp(beta · x)) / beta, and x itself where beta · x is above 20.</summary>
    /// <param name="x">A tensor.</param>
    /// <param name="beta">The sharpness of its bend at 0, above 0.</param>
    /// <returns>Of the same shape; the caller disposes it.</returns>
    public static Tensor Softplus(Tensor x, double beta)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = beta;
        return SoftplusOf(x, scalar, SoftplusThreshold);
    }

    /// <summary>x ← number, unseen by gradients: how a parameter starts.</summary>
    /// <param name="x">The tensor that changes.</param>
    /// <param name="number">The number.</param>
    /// <returns><paramref name="x"/>.</returns>
    public static Tensor Fill(Tensor x, double number)
    {
        ArgumentNullException.ThrowIfNull(x);
        using Scalar scalar = number;
        return nn.init.constant_(x, scalar);
    }

    // All that TorchSharp has in public takes the numbers themselves.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "softplus1")]
    private static extern Tensor SoftplusOf(Tensor x, Scalar beta, Scalar threshold);
}
