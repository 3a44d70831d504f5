namespace ModelGen.Evaluation;

/// <summary>How far a share that was counted may be from the true one (Wilson 1927, "Probable inference").</summary>
public static class WilsonInterval
{
    /// <summary>The quantile of the standard normal distribution that leaves 2.5 % on either side.</summary>
    internal const double Quantile = 1.959963984540054;

    /// <summary>The bounds of the 95 % interval of a share.</summary>
    /// <param name="share">The share, from 0 to 1. Where some count half, as ties do, the interval is wider than it need be.</param>
    /// <param name="count">Of how many, at least 1.</param>
    /// <returns>The bounds, from 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is none, or there is nothing that it is a share of.</exception>
    public static (double Low, double High) Of(double share, long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (share is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is from 0 to 1.");
        }

        var square = Quantile * Quantile;
        var centre = share + (square / (2 * count));
        var width = Quantile * Math.Sqrt(((share * (1 - share)) + (square / (4 * count))) / count);
        var scale = 1 + (square / count);
        return (Math.Max(0, (centre - width) / scale), Math.Min(1, (centre + width) / scale));
    }
}
