using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>The kind of path between two points of a latent space.</summary>
public enum Interpolation
{
    /// <summary>A straight line: (1 − t) a + t b.</summary>
    Linear,

    /// <summary>
    /// Along an arc: sin((1 − t) ω) / sin ω · a + sin(t ω) / sin ω · b, with ω the angle between a and b (Shoemake 1985, "Animating
    /// rotation with quaternion curves"). It keeps the lengths typical of normally distributed vectors.
    /// </summary>
    Spherical,
}

/// <summary>Paths through a latent space.</summary>
public static class LatentPath
{
    /// <summary>Points along a path from one to another, both included.</summary>
    /// <param name="from">The first point, [n].</param>
    /// <param name="to">The last point, [n].</param>
    /// <param name="steps">The number of points, at least 2.</param>
    /// <param name="interpolation">The kind of path.</param>
    /// <returns>[steps, n]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The points are not vectors of the same length.</exception>
    public static Tensor Between(Tensor from, Tensor to, int steps, Interpolation interpolation = Interpolation.Linear)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        if (from.dim() != 1 || to.dim() != 1 || from.size(0) != to.size(0))
        {
            throw new ArgumentException(
                $"A latent path needs two vectors [n] of the same length, not [{string.Join(", ", from.shape)}] and "
                    + $"[{string.Join(", ", to.shape)}].",
                nameof(to)
            );
        }

        using var scope = NewDisposeScope();
        var t = linspace(0, 1, steps, dtype: from.dtype, device: from.device).unsqueeze(1);
        if (interpolation == Interpolation.Spherical)
        {
            var cosine = from.dot(to) / (from.VectorNorm([0]) * to.VectorNorm([0]));
            var angle = acos(cosine.Clamp(-1, 1));
            var sine = angle.sin();

            // Collinear vectors define no arc; the straight line is taken instead.
            if (sine.Read() > 1e-4)
            {
                return ((t.OneMinus() * angle).sin() / sine * from).Plus((t * angle).sin() / sine * to).MoveToOuterDisposeScope();
            }
        }

        return (t.OneMinus() * from).Plus(t * to).MoveToOuterDisposeScope();
    }

    /// <summary>Points that vary one axis of a point.</summary>
    /// <param name="point">The point, [n].</param>
    /// <param name="axis">The axis, from 0.</param>
    /// <param name="from">Its first value.</param>
    /// <param name="to">Its last value.</param>
    /// <param name="steps">The number of values, at least 2.</param>
    /// <returns>[steps, n]; the caller disposes it.</returns>
    public static Tensor Along(Tensor point, int axis, double from, double to, int steps)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(axis);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(axis, point.size(0));
        using var scope = NewDisposeScope();
        var points = point.unsqueeze(0).repeat(steps, 1);
        points.select(1, axis).copy_(linspace(from, to, steps, dtype: point.dtype, device: point.device));
        return points.MoveToOuterDisposeScope();
    }
}
