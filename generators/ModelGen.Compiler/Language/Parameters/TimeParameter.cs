using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>A length of time in seconds, written with its unit: <c>90 seconds</c>, <c>30 minutes</c>, <c>2 hours</c>, <c>1.5 days</c>.</summary>
internal sealed class TimeParameter(string name, string summary) : AmountParameter<double>(name, summary, "time", "seconds", "minutes", "hours", "days")
{
    private const double Longest = 10 * 365 * 86400.0;

    public override string Type => "a length of time such as '90 seconds', '30 minutes', '2 hours' or '1.5 days'";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^\\S.* (seconds?|minutes?|hours?|days?)$" };

    public override string ToCSharp(object value) => $"global::System.TimeSpan.FromSeconds({NumberText.Of((double)value)})";

    protected override Range Range(string unit) => new(0, Longest / Seconds(unit), ExcludesMinimum: true);

    protected override double Value(double amount, string unit) => amount * Seconds(unit);

    protected override string Format(double value) => $"{NumberText.Of(value)} seconds";

    private static double Seconds(string unit) => unit switch { "minutes" => 60, "hours" => 3600, "days" => 86400, _ => 1 };
}
