namespace ModelGen.Compiler.Operations;

/// <summary>The values that the elements of a tensor can have.</summary>
/// <param name="Low">The lowest; negative infinity for no bound.</param>
/// <param name="High">The highest; infinity for no bound.</param>
internal readonly record struct Interval(double Low, double High)
{
    /// <summary>All numbers.</summary>
    public static readonly Interval Any = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Whether another interval lies inside it.</summary>
    public bool Contains(Interval other) => Low <= other.Low && other.High <= High;
}
