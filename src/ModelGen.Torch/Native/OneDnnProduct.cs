using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using unsafe Sgemm = delegate* unmanaged[Cdecl]<
    byte*,
    byte*,
    int*,
    int*,
    int*,
    float*,
    float*,
    int*,
    float*,
    int*,
    float*,
    float*,
    int*,
    void>;

namespace ModelGen.Native;

/// <summary>
/// Stands in for the function <c>sgemm_</c>, which libtorch calls for products of float32 matrices on the CPU: gives large products to
/// oneDNN, and all others to MKL as before. Linear layers, attention, TorchScript and all derivatives have their products from there.
/// </summary>
internal static unsafe partial class OneDnnProduct
{
    private const string Library = "torch_cpu";
    private const string Replaced = "sgemm_";

    // void at::native::mkldnn_matmul(const Tensor& mat1, const Tensor& mat2, const Tensor& result, float beta, float alpha), mangled for
    // the Itanium ABI: result becomes beta · result + alpha · mat1 · mat2.
    private const string Matmul = "_ZN2at6native13mkldnn_matmulERKNS_6TensorES3_S3_ff";

    // oneDNN looks for its kernel some 12 µs, in which MKL does this many multiply-adds more than oneDNN would.
    private const double LeastMultiplyAdds = 2e6;

    private static readonly Sgemm Mkl;

    private static readonly nint* Place;

    static OneDnnProduct()
    {
        if (
            NativeLibrary.TryLoad(Library, typeof(torch).Assembly, null, out var library)
            && NativeLibrary.TryGetExport(library, Matmul, out _)
            && NativeLibrary.TryGetExport(library, Replaced, out var mkl)
        )
        {
            Mkl = (Sgemm)mkl;
            Place = ImportedFunction.Find(library, Replaced);
        }
    }

    /// <summary>Whether this libtorch lets oneDNN stand in.</summary>
    public static bool IsPossible => Place is not null;

    /// <summary>Whether it does.</summary>
    public static bool IsInUse { get; private set; }

    /// <summary>Lets oneDNN stand in, where possible, or MKL do all again.</summary>
    public static void Use(bool isInUse)
    {
        if (IsPossible && IsInUse != isInUse)
        {
            Volatile.Write(ref *Place, (nint)(isInUse ? (Sgemm)(&Multiply) : Mkl));
            IsInUse = isInUse;
        }
    }

    // c ← alpha op(a) op(b) + beta c, column by column, with m rows, n columns and a depth of k; op transposes where the letter is T or C.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Multiply(
        byte* ofA,
        byte* ofB,
        int* m,
        int* n,
        int* k,
        float* alpha,
        float* a,
        int* strideOfA,
        float* b,
        int* strideOfB,
        float* beta,
        float* c,
        int* strideOfC
    )
    {
        if ((double)*m * *n * *k < LeastMultiplyAdds || *alpha != 1 || *beta is not (0 or 1) || *strideOfC != *m)
        {
            Mkl(ofA, ofB, m, n, k, alpha, a, strideOfA, b, strideOfB, beta, c, strideOfC);
            return;
        }

        // Row by row it is the product of the transposes, in the other order.
        var left = View(b, *n, *k, *strideOfB, IsTransposed(*ofB));
        var right = View(a, *k, *m, *strideOfA, IsTransposed(*ofA));
        var result = View(c, *n, *m, *strideOfC, false);
        MultiplyMatrices(left, right, result, *beta, 1);
        _ = Shim.Delete(left);
        _ = Shim.Delete(right);
        _ = Shim.Delete(result);
    }

    private static bool IsTransposed(byte letter) => letter is not ((byte)'N' or (byte)'n');

    private static nint View(float* data, long rows, long columns, long stride, bool isTransposed)
    {
        var sizes = stackalloc long[] { rows, columns };
        var strides = stackalloc long[] { isTransposed ? 1 : stride, isTransposed ? stride : 1 };
        _ = Shim.View(data, 2, sizes, strides, 0, ElementType.Single, 0, 0, out var view);
        return view;
    }

    [LibraryImport(Library, EntryPoint = Matmul)]
    private static partial void MultiplyMatrices(nint left, nint right, nint result, float beta, float alpha);
}
