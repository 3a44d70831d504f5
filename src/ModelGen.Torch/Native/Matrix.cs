namespace ModelGen.Native;

/// <summary>A libtorch matrix over memory owned by others.</summary>
internal readonly unsafe ref struct Matrix
{
    private readonly nint _tensor;

    private Matrix(void* data, long rows, long columns, long rowStride, long columnStride, int type)
    {
        var sizes = stackalloc long[] { rows, columns };
        var strides = stackalloc long[] { rowStride, columnStride };
        Succeed(Shim.View(data, 2, sizes, strides, 0, type, 0, 0, out _tensor));
    }

    /// <summary>A row-major matrix.</summary>
    /// <param name="data">The first element.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="stride">The distance from one row to the next.</param>
    public static Matrix Of<T>(T* data, long rows, long columns, long stride)
        where T : unmanaged => new(data, rows, columns, stride, 1, ElementType.Of<T>());

    /// <summary>The transpose of <see cref="Of"/> with the same arguments.</summary>
    public static Matrix Transposed<T>(T* data, long rows, long columns, long stride)
        where T : unmanaged => new(data, columns, rows, 1, stride, ElementType.Of<T>());

    /// <summary>result ← left · right.</summary>
    public static void Multiply(Matrix result, Matrix left, Matrix right) =>
        Succeed(Shim.Multiply(result._tensor, left._tensor, right._tensor));

    /// <summary>result ← result + left · right.</summary>
    public static void MultiplyAndAdd(Matrix result, Matrix left, Matrix right) =>
        Succeed(Shim.MultiplyAndAdd(result._tensor, result._tensor, left._tensor, right._tensor, 1, 1));

    /// <summary>Frees libtorch's view, not the memory.</summary>
    public void Dispose() => _ = Shim.Delete(_tensor);

    private static void Succeed(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException("libtorch rejected a matrix product; see standard error for the reason.");
        }
    }
}
