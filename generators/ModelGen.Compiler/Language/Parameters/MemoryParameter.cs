using System.Globalization;
using ModelGen.Compiler.Schema;

namespace ModelGen.Compiler.Language;

/// <summary>An amount of memory in bytes, written with its unit: <c>500 MB</c>, <c>2 GB</c>; decimal units, a GB is 10⁹ bytes.</summary>
internal sealed class MemoryParameter(string name, string summary) : AmountParameter<long>(name, summary, "memory", "MB", "GB", "TB")
{
    public override string Type => "an amount of memory such as '500 MB' or '2 GB'";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^\\S.* (MB|GB|TB)$" };

    public override string ToCSharp(object value) => $"{((long)value).ToString(CultureInfo.InvariantCulture)}";

    protected override Range Range(string unit) => new(0, 1e15 / Bytes(unit), ExcludesMinimum: true);

    protected override long Value(double amount, string unit) => (long)(amount * Bytes(unit));

    protected override string Format(long value) => FormattableString.Invariant($"{value / 1e6} MB");

    private static double Bytes(string unit) => unit switch { "GB" => 1e9, "TB" => 1e12, _ => 1e6 };
}
