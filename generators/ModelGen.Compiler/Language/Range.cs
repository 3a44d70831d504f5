using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>The numbers that an argument may take.</summary>
internal sealed record Range(double Minimum, double Maximum, bool ExcludesMinimum = false, bool ExcludesMaximum = false)
{
    /// <summary>The smallest number above zero that float32, in which models compute, holds with all its digits: 2⁻¹²⁶.</summary>
    public const double Smallest = 1.1754943508222875e-38;

    /// <summary>Every number of float32.</summary>
    public static readonly Range Finite = new(float.MinValue, float.MaxValue);

    /// <summary>Larger than zero.</summary>
    public static readonly Range Positive = new(0, float.MaxValue, ExcludesMinimum: true);

    /// <summary>Zero or larger.</summary>
    public static readonly Range NonNegative = new(0, float.MaxValue);

    /// <summary>From 0 up to but not including 1.</summary>
    public static readonly Range Fraction = new(0, 1, ExcludesMaximum: true);

    /// <summary>The words for messages: "at least 1".</summary>
    public string Description
    {
        get
        {
            var low =
                Minimum == float.MinValue ? null
                : ExcludesMinimum ? $"larger than {NumberText.Of(Minimum)}"
                : $"at least {NumberText.Of(Minimum)}";
            var high =
                Maximum >= int.MaxValue ? null
                : ExcludesMaximum ? $"less than {NumberText.Of(Maximum)}"
                : $"at most {NumberText.Of(Maximum)}";
            return low is null ? high ?? "finite"
                : high is null ? low
                : $"{low} and {high}";
        }
    }

    /// <summary>", at least 1", or empty if every number is allowed.</summary>
    public string Suffix => this == Finite ? "" : $", {Description}";

    /// <summary>
    /// What a value that is out of range must be; an upper bound too large to mention otherwise is named when it is exceeded.
    /// </summary>
    public string Wanted(double value) =>
        value > Maximum && Maximum >= int.MaxValue ? $"at most {NumberText.Of(Maximum)}"
        : value < Minimum && Minimum == float.MinValue ? $"at least {NumberText.Of(Minimum)}"
        : Description;

    public bool Contains(double value) =>
        (ExcludesMinimum ? value > Minimum : value >= Minimum) && (ExcludesMaximum ? value < Maximum : value <= Maximum);
}
