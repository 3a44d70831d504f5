using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// Moves all singular values of a matrix towards 1, without finding them, by five Newton–Schulz iterations with the coefficients of
/// Jordan et al. 2024; they end between about 0.7 and 1.2.
/// </summary>
internal static class NewtonSchulz
{
    private const int Iterations = 5;
    private const double Epsilon = 1e-7;
    private const float A = 3.4445f;
    private const float B = -4.7750f;
    private const float C = 2.0315f;

    /// <summary>X ← X / ‖X‖, then five times X ← a X + (b X Xᵀ + c (X Xᵀ)²) X.</summary>
    /// <param name="matrices">Matrices [k, m, n].</param>
    /// <returns>[k, m, n]; the caller disposes it.</returns>
    public static Tensor Orthogonalise(Tensor matrices)
    {
        using var scope = NewDisposeScope();

        // The fewer rows, the smaller X Xᵀ.
        var isTall = matrices.size(1) > matrices.size(2);
        var x = isTall ? matrices.transpose(1, 2) : matrices;
        x = x / matrices.VectorNorm([1, 2], keepdim: true).ClampMinInPlace(Epsilon);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            using var before = x;
            using var gram = x.bmm(x.transpose(1, 2));

            // TorchSharp's baddbmm takes the two factors first and the addend last.
            using var polynomial = baddbmm(gram, gram, gram, beta: B, alpha: C);
            x = baddbmm(polynomial, x, x, beta: A, alpha: 1);
        }

        return (isTall ? x.transpose(1, 2).contiguous() : x).MoveToOuterDisposeScope();
    }
}
