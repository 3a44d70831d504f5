using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>
/// An amount (with k or M for thousands or millions, or arithmetic) and its unit: <c>50k tokens</c>, <c>2 hours</c>, <c>4 GB</c>.
/// </summary>
/// <param name="Of">The quantity that the units measure, for messages.</param>
/// <param name="Description">The type in words.</param>
/// <param name="Base">
/// The unit in which values, which are <see cref="double"/>, are kept; null if units cannot be converted into each other, so that a value
/// keeps its own as a <see cref="Duration"/>.
/// </param>
/// <param name="Range">The allowed range, in the base unit.</param>
/// <param name="Units">The units to choose from.</param>
internal sealed record AmountForm(string Of, string Description, string? Base, Range Range, IReadOnlyList<Unit> Units) : ValueForm
{
    /// <summary>The base unit of memory.</summary>
    public const string Bytes = "bytes";

    /// <summary>The base unit of time.</summary>
    public const string Seconds = "seconds";

    private const double ShortestTime = 1e-3;
    private const double LongestTime = 10 * 365 * 86400.0;

    // Fits into a long, with room for additions.
    private const double Most = 1e15;

    /// <summary>Memory, in decimal units: a GB is 10⁹ bytes.</summary>
    public static readonly AmountForm Memory = new(
        "memory",
        "an amount of memory such as '500 MB' or '2 GB'",
        Bytes,
        new Range(0, Most, ExcludesMinimum: true),
        [new("MB", 1e6), new("GB", 1e9), new("TB", 1e12)]
    );

    /// <summary>Time on the clock.</summary>
    public static readonly AmountForm Time = new(
        "time",
        "a length of time such as '90 seconds', '30 minutes', '2 hours' or '1.5 days'",
        Seconds,
        new Range(ShortestTime, LongestTime),
        [new("seconds"), new("minutes", 60), new("hours", 3600), new("days", 86400)]
    );

    public override string Type => Description;

    /// <summary>A length of training. How epochs, steps and samples convert into each other depends on the data set.</summary>
    /// <param name="allowsZero">Whether 0 is allowed.</param>
    public static AmountForm Training(bool allowsZero) =>
        new(
            "training length",
            "a length of training such as '2000 steps', '3 epochs', '50k tokens', '20k images' or '20k samples'",
            null,
            new Range(0, Most, ExcludesMinimum: !allowsZero),
            [
                new("steps", IsCounted: true),
                new("epochs"),
                new("tokens", IsCounted: true),
                new("images", IsCounted: true),
                new("samples", IsCounted: true),
            ]
        );

    /// <summary>The allowed range in a unit.</summary>
    public Range RangeOf(Unit unit) => Range with { Minimum = Range.Minimum / unit.Size, Maximum = Range.Maximum / unit.Size };

    /// <summary>What an amount that is out of range must be; a least one is named in the base unit, where it is a short number.</summary>
    public string Wanted(double amount, Unit unit) =>
        Range.Minimum > 0 && amount < RangeOf(unit).Minimum
            ? $"at least {NumberText.Of(Range.Minimum)} {Base}"
            : RangeOf(unit).Wanted(amount);
}
