using System.Runtime.InteropServices;
using TorchSharp;

namespace ModelGen.Native;

/// <summary>Products of two matrices on the CPU: by oneDNN where it is chosen and the product is large, else as libtorch has them.</summary>
internal static unsafe partial class Product
{
    private const string Library = "torch_cpu";

    // void at::native::mkldnn_matmul(const Tensor& mat1, const Tensor& mat2, const Tensor& result, float beta, float alpha), mangled for
    // the Itanium ABI: result becomes beta · result + alpha · mat1 · mat2.
    private const string OneDnn = "_ZN2at6native13mkldnn_matmulERKNS_6TensorES3_S3_ff";

    // oneDNN looks for its kernel some 12 µs, in which MKL does this many multiply-adds more than oneDNN would.
    private const double LeastForOneDnn = 2e6;

    /// <summary>Whether libtorch lets others use oneDNN's products.</summary>
    public static bool HasOneDnn() =>
        NativeLibrary.TryLoad(Library, typeof(torch).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, OneDnn, out _);

    /// <summary>left · right, a new tensor; the undefined one if libtorch rejects the two, after it has told standard error why.</summary>
    /// <param name="left">The handle of a tensor on the CPU.</param>
    /// <param name="right">Likewise.</param>
    public static nint Of(nint left, nint right)
    {
        _ = Shim.Rank(left, out var leftRank);
        _ = Shim.Rank(right, out var rightRank);
        _ = Shim.Type(left, out var type);
        _ = Shim.Sizes(left, out var leftSizes);
        _ = Shim.Sizes(right, out var rightSizes);
        var isMatrix = leftRank == 2 && rightRank == 2; // otherwise libtorch rejects them
        var sizes = stackalloc long[] { isMatrix ? leftSizes[0] : 0, isMatrix ? rightSizes[1] : 0 };
        var strides = stackalloc long[] { Math.Max(1, sizes[1]), 1 };
        if (Shim.Empty(2, sizes, strides, type, deviceType: 0, deviceIndex: 0, out var result) != 0)
        {
            return Undefined();
        }

        if (isMatrix && TryOneDnn(result, left, right, isAdded: false) || Shim.Multiply(result, left, right) == 0)
        {
            return result;
        }

        _ = Shim.Delete(result);
        return Undefined();
    }

    /// <summary>result ← left · right, or result + left · right.</summary>
    /// <param name="result">The handle of a matrix of the right shape and type, on the CPU.</param>
    /// <param name="left">The handle of a matrix.</param>
    /// <param name="right">The handle of a matrix.</param>
    /// <param name="isAdded">Whether the product is added to what is in the result.</param>
    /// <returns>0 if libtorch takes them, as everywhere in <see cref="Shim"/>.</returns>
    public static int Into(nint result, nint left, nint right, bool isAdded) =>
        ProductKernels.Chosen == ProductKernel.OneDnn && TryOneDnn(result, left, right, isAdded) ? 0
        : isAdded ? Shim.MultiplyAndAdd(result, result, left, right, 1, 1)
        : Shim.Multiply(result, left, right);

    // Whatever libtorch would reject is left to it: here a C++ exception would end the process.
    private static bool TryOneDnn(nint result, nint left, nint right, bool isAdded)
    {
        _ = Shim.Type(left, out var type);
        _ = Shim.Type(right, out var rightType);
        _ = Shim.Sizes(left, out var leftSizes);
        _ = Shim.Sizes(right, out var rightSizes);
        if (
            type != ElementType.Single
            || rightType != ElementType.Single
            || leftSizes[1] != rightSizes[0]
            || (double)leftSizes[0] * leftSizes[1] * rightSizes[1] < LeastForOneDnn
        )
        {
            return false;
        }

        MultiplyWithOneDnn(left, right, result, isAdded ? 1 : 0, 1);
        return true;
    }

    private static nint Undefined()
    {
        _ = Shim.Undefined(out var none);
        return none;
    }

    [LibraryImport(Library, EntryPoint = OneDnn)]
    private static partial void MultiplyWithOneDnn(nint left, nint right, nint result, float beta, float alpha);
}
