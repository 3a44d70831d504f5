using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>Where a tensor's elements are, without the objects and arrays that TorchSharp makes to tell.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>A pointer to the first element of a tensor on the CPU; the tensor must outlive it.</summary>
    public static void* DataPointer(this Tensor tensor)
    {
        Check(Shim.Data(tensor.Handle, out var data));
        return data;
    }

    /// <summary>The distances between neighbours along each axis, in elements; the tensor must outlive them.</summary>
    public static ReadOnlySpan<long> Strides(this Tensor tensor)
    {
        Check(Shim.Strides(tensor.Handle, out var strides));
        Check(Shim.Rank(tensor.Handle, out var rank));
        return new ReadOnlySpan<long>(strides, (int)rank);
    }

    /// <summary>The lengths of its axes; the tensor must outlive them.</summary>
    public static ReadOnlySpan<long> Sizes(this Tensor tensor)
    {
        Check(Shim.Sizes(tensor.Handle, out var sizes));
        Check(Shim.Rank(tensor.Handle, out var rank));
        return new ReadOnlySpan<long>(sizes, (int)rank);
    }

    private static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException("libtorch does not know the tensor; see standard error for the reason.");
        }
    }
}
