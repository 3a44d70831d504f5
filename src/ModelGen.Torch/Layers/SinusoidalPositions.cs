using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The fixed position vectors of Vaswani et al. 2017, "Attention Is All You Need", section 3.5:
/// position t has sin(t / 10000^(2i/n)) at 2i and cos(t / 10000^(2i/n)) at 2i + 1.
/// </summary>
public static class SinusoidalPositions
{
    /// <summary>The vectors of the first positions.</summary>
    /// <param name="length">The number of positions, at least 1.</param>
    /// <param name="width">The length of a vector, even and at least 2.</param>
    /// <param name="device">The device of the table.</param>
    /// <returns>Float32 [length, width]; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> or <paramref name="width"/> is out of range.</exception>
    public static Tensor Table(long length, long width, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (width < 2 || width % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, "The width must be even, because a sine is paired with a cosine.");
        }

        using var scope = NewDisposeScope();
        var positions = Numbers.Range(length, ScalarType.Float32, device).unsqueeze(1);
        var rates = exp(Numbers.Range(width, ScalarType.Float32, device, step: 2).Times(-Math.Log(10000.0) / width));
        var angles = positions * rates;
        return stack([angles.sin(), angles.cos()], 2).flatten(1).MoveToOuterDisposeScope();
    }
}
