using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Rotary position embedding (Su et al. 2021, "RoFormer"): pair i of a query or key at position t is rotated by the angle
/// t · base^(−2i/n), so that their product depends on the distance of the two positions.
/// </summary>
/// <remarks>
/// A pair is two neighbouring elements, as in the paper, or one of each half, as in the checkpoints of Llama that most libraries read.
/// </remarks>
public static class RotaryPositions
{
    /// <summary>The cosines and sines of all angles, both in float32.</summary>
    /// <param name="length">The number of positions, at least 1.</param>
    /// <param name="width">n, the length of a query or key, even and at least 2.</param>
    /// <param name="base">The base, at least 1: 10,000 in the paper.</param>
    /// <param name="factor">What positions are divided by, at least 1 (Chen et al. 2023, "Extending context window of large language models
    /// via positional interpolation").</param>
    /// <param name="pairsNeighbours">Whether a pair is two neighbours.</param>
    /// <param name="device">The device of the table.</param>
    /// <returns>[2, length, width]: the cosine for both elements of a pair; the negative sine for its first, the sine for its second. The
    /// caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Tensor Table(long length, long width, double @base, double factor, bool pairsNeighbours, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(@base, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if (width < 2 || width % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, "The width must be even, because elements are rotated in pairs.");
        }

        using var scope = NewDisposeScope();
        var positions = Numbers.Range(length, ScalarType.Float32, device).DividedBy(factor).unsqueeze(1);
        var rates = exp(Numbers.Range(width, ScalarType.Float32, device, step: 2).Times(-Math.Log(@base) / width));
        var angles = positions * rates;
        var (cosines, sines) = (angles.cos(), angles.sin());
        var table = pairsNeighbours
            ? stack([stack([cosines, cosines], -1), stack([-sines, sines], -1)]).flatten(2)
            : stack([cat([cosines, cosines], -1), cat([-sines, sines], -1)]);
        return table.MoveToOuterDisposeScope();
    }

    /// <summary>Rotates each vector by the angles of its position.</summary>
    /// <param name="x">The queries or keys, [batch, heads, T, n].</param>
    /// <param name="table">What <see cref="Table"/> gives for T and n with the same pairs.</param>
    /// <param name="pairsNeighbours">Whether a pair is two neighbours.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public static Tensor Rotate(Tensor x, Tensor table, bool pairsNeighbours)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(table);
        using var scope = NewDisposeScope();
        var half = x.size(-1) / 2;
        var exchanged = pairsNeighbours
            ? x.unflatten(x.dim() - 1, [half, 2]).flip(-1).flatten(-2)
            : cat([x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1);
        return (x * table.select(0, 0)).Plus(exchanged * table.select(0, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Reorders the weights of a map to queries or keys that pairs halves, so that it pairs neighbours.</summary>
    /// <param name="rows">The weights, [heads · n, …].</param>
    /// <param name="heads">The number of heads.</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    internal static Tensor ToNeighbours(Tensor rows, long heads) =>
        rows.unflatten(0, [heads, 2, rows.size(0) / heads / 2]).transpose(1, 2).flatten(0, 2);

    /// <summary>What <see cref="ToNeighbours"/> undoes.</summary>
    internal static Tensor ToHalves(Tensor rows, long heads) =>
        rows.unflatten(0, [heads, rows.size(0) / heads / 2, 2]).transpose(1, 2).flatten(0, 2);
}
