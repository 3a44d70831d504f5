using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>The numbers that an argument may take.</summary>
internal sealed record Range(double Minimum, double Maximum, bool ExcludesMinimum = false, bool ExcludesMaximum = false)
{
    /// <summary>Every finite number.</summary>
    public static readonly Range Finite = new(double.MinValue, double.MaxValue);

    /// <summary>Larger than zero.</summary>
    public static readonly Range Positive = new(0, double.MaxValue, ExcludesMinimum: true);

    /// <summary>Zero or larger.</summary>
    public static readonly Range NonNegative = new(0, double.MaxValue);

    /// <summary>From 0 up to but not including 1.</summary>
    public static readonly Range Fraction = new(0, 1, ExcludesMaximum: true);

    /// <summary>The words for messages: "at least 1".</summary>
    public string Description
    {
        get
        {
            var low =
                Minimum == double.MinValue ? null
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
    public string Wanted(double value) => value > Maximum && Maximum >= int.MaxValue ? $"at most {NumberText.Of(Maximum)}" : Description;

    public bool Contains(double value) =>
        (ExcludesMinimum ? value > Minimum : value >= Minimum) && (ExcludesMaximum ? value < Maximum : value <= Maximum);
}
