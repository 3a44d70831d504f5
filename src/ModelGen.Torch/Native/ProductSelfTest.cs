using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>
/// Tests the products of the library in use, because oneDNN's convolutions are wrong on some processors: of small whole numbers, which
/// float32 holds exactly, with either side transposed, on one thread and on as many as operations use.
/// </summary>
/// <remarks>
/// Both sides are outer products of two vectors. (u vᵀ)(w zᵀ) = (v · w) u zᵀ, so the expected values are cheap to compute. The sizes fill
/// neither vectors nor blocks.
/// </remarks>
internal static unsafe class ProductSelfTest
{
    private const int Rows = 161;
    private const int Depth = 133;
    private const int Columns = 97;

    /// <summary>Whether all products are right.</summary>
    public static bool IsRight()
    {
        var threads = get_num_threads();
        try
        {
            foreach (var count in threads == 1 ? [1] : new[] { 1, threads })
            {
                set_num_threads(count);
                if (!IsRight(false, false) || !IsRight(false, true) || !IsRight(true, false))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static bool IsRight(bool isLeftTransposed, bool isRightTransposed)
    {
        var (u, v, w, z) = (Vector(Rows, 1), Vector(Depth, 2), Vector(Depth, 3), Vector(Columns, 4));
        var result = new float[Rows * Columns];
        Array.Fill(result, float.NaN);
        fixed (
            float* leftNumbers = isLeftTransposed ? Outer(v, u) : Outer(u, v),
                rightNumbers = isRightTransposed ? Outer(z, w) : Outer(w, z),
                resultNumbers = result
        )
        {
            using var left = isLeftTransposed
                ? Matrix.Transposed(leftNumbers, Depth, Rows, Rows)
                : Matrix.Of(leftNumbers, Rows, Depth, Depth);
            using var right = isRightTransposed
                ? Matrix.Transposed(rightNumbers, Columns, Depth, Depth)
                : Matrix.Of(rightNumbers, Depth, Columns, Columns);
            using var product = Matrix.Of(resultNumbers, Rows, Columns, Columns);
            Matrix.Multiply(product, left, right);
        }

        var factor = 0f;
        for (var i = 0; i < Depth; i++)
        {
            factor += v[i] * w[i];
        }

        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                if (result[(row * Columns) + column] != factor * u[row] * z[column])
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static float[] Vector(int length, int seed)
    {
        var numbers = new float[length];
        for (var i = 0; i < length; i++)
        {
            numbers[i] = (((i * i) + (3 * i) + seed) % 7) - 3;
        }

        return numbers;
    }

    private static float[] Outer(float[] rows, float[] columns)
    {
        var numbers = new float[rows.Length * columns.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                numbers[(row * columns.Length) + column] = rows[row] * columns[column];
            }
        }

        return numbers;
    }
}
