#pragma warning disable RS0030 // The one place where numbers become scalars.

using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>
/// The runtime's tensor operations with a number, as <see cref="TensorArithmetic"/> has those of generated code: each scalar lives until
/// its operation has returned. The caller disposes the results; in-place operations return the tensor itself. Names are PyTorch's where it
/// has one.
/// </summary>
internal static class Numbers
{
    private static readonly Scalar One = 1;

    /// <summary>A scalar for a call that accepts nothing else; the caller must keep it alive until the call has returned.</summary>
    public static Scalar Of(long number) => number;

    /// <summary>A scalar for a call that accepts nothing else; the caller must keep it alive until the call has returned.</summary>
    public static Scalar Of(double number) => number;

    /// <summary>x · number, in integers if x has an integer dtype.</summary>
    public static Tensor Times(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.mul(scalar);
    }

    /// <summary>x + number, in integers if x has an integer dtype.</summary>
    public static Tensor Plus(this Tensor x, long number)
    {
        using Scalar scalar = number;
        return x.add(scalar, One);
    }

    /// <summary>x − number.</summary>
    public static Tensor Minus(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.sub(scalar);
    }

    /// <summary>1 − x.</summary>
    public static Tensor OneMinus(this Tensor x)
    {
        using var negative = x.neg();
        return negative.add(One, One);
    }

    /// <summary>x / number.</summary>
    public static Tensor DividedBy(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.div(scalar);
    }

    /// <summary>x ← x · number.</summary>
    public static Tensor TimesInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.mul_(scalar);
    }

    /// <summary>x ← x / number.</summary>
    public static Tensor DivideInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.div_(scalar);
    }

    /// <summary>x ← x + number.</summary>
    public static Tensor AddInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.add_(scalar, One);
    }

    /// <summary>x ← x + 1, in integers if x has an integer dtype.</summary>
    public static Tensor IncrementInPlace(this Tensor x) => x.add_(One, One);

    /// <summary>x ← x + alpha · y.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double alpha)
    {
        using Scalar scalar = alpha;
        return x.add_(y, scalar);
    }

    /// <summary>x ← x to the power of an integer.</summary>
    public static Tensor PowInPlace(this Tensor x, long exponent)
    {
        using Scalar scalar = exponent;
        return x.pow_(scalar);
    }

    /// <summary>Adds source to the slices of x along dim that the index selects.</summary>
    public static Tensor IndexAddInPlace(this Tensor x, long dim, Tensor index, Tensor source) => x.index_add_(dim, index, source, One);

    /// <summary>Sets every element of x to a number.</summary>
    public static Tensor FillInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.fill_(scalar);
    }

    /// <summary>x, with a number where the mask is true.</summary>
    public static Tensor MaskedFill(this Tensor x, Tensor mask, double number)
    {
        using Scalar scalar = number;
        return x.masked_fill(mask, scalar);
    }

    /// <summary>Writes a number to x where the mask is true.</summary>
    public static Tensor MaskedFillInPlace(this Tensor x, Tensor mask, double number)
    {
        using Scalar scalar = number;
        return x.masked_fill_(mask, scalar);
    }

    /// <summary>x + share · (y − x).</summary>
    public static Tensor Lerp(this Tensor x, Tensor y, double share)
    {
        using var weight = WeightBeside(x, share);
        return x.lerp(y, weight);
    }

    /// <summary>x ← x + share · (y − x).</summary>
    public static Tensor LerpInPlace(this Tensor x, Tensor y, double share)
    {
        using var weight = WeightBeside(x, share);
        return x.lerp_(y, weight);
    }

    /// <summary>x, clamped to [min, max].</summary>
    public static Tensor Clamp(this Tensor x, double min, double max)
    {
        using Scalar lowest = min;
        using Scalar highest = max;
        return x.clamp(lowest, highest);
    }

    /// <summary>x ← x, clamped to [min, max].</summary>
    public static Tensor ClampInPlace(this Tensor x, double min, double max)
    {
        using Scalar lowest = min;
        using Scalar highest = max;
        return x.clamp_(lowest, highest);
    }

    /// <summary>x, clamped to at least min.</summary>
    public static Tensor ClampMin(this Tensor x, double min)
    {
        using Scalar scalar = min;
        return x.clamp_min(scalar);
    }

    /// <summary>x ← x, clamped to at least min.</summary>
    public static Tensor ClampMinInPlace(this Tensor x, double min)
    {
        using Scalar scalar = min;
        return x.clamp_min_(scalar);
    }

    /// <summary>x, clamped to at most max.</summary>
    public static Tensor ClampMax(this Tensor x, double max)
    {
        using Scalar scalar = max;
        return x.clamp_max(scalar);
    }

    /// <summary>Where x is above a number.</summary>
    public static Tensor Greater(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.gt(scalar);
    }

    /// <summary>Where x is below a number.</summary>
    public static Tensor Less(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.lt(scalar);
    }

    /// <summary>Where x is at most a number.</summary>
    public static Tensor LessOrEqual(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.le(scalar);
    }

    /// <summary>The Euclidean norm over some axes; its gradient is 0 where the norm is 0.</summary>
    public static Tensor VectorNorm(this Tensor x, long[] dims, bool keepdim = false) => linalg.norm(x, dims, keepdim);

    /// <summary>A tensor filled with a number.</summary>
    public static Tensor Full(long[] shape, double number, ScalarType type, Device? device)
    {
        using Scalar scalar = number;
        return full(shape, scalar, dtype: type, device: device);
    }

    /// <summary>The integers from 0 up to, but not including, end, in steps.</summary>
    public static Tensor Range(long end, ScalarType type, Device? device = null, long step = 1)
    {
        using Scalar first = 0;
        using Scalar last = end;
        using Scalar by = step;
        return arange(first, last, by, dtype: type, device: device);
    }

    /// <summary>The value of a one-element tensor; synchronises with a device other than the CPU.</summary>
    public static double Read(this Tensor scalar)
    {
        using var onHost = scalar.cpu();
        if (onHost.dtype == ScalarType.Float64)
        {
            return onHost.item<double>();
        }

        using var wide = onHost.to(ScalarType.Float64);
        return wide.item<double>();
    }

    // TorchSharp accepts weights only as tensors, and would turn a number into one on the CPU.
    private static Tensor WeightBeside(Tensor x, double share) => Full([], share, x.dtype, x.device);
}
