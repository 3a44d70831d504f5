using System.Globalization;

namespace ModelGen.Cli.Tables;

/// <summary>Numbers for people.</summary>
internal static class NumberText
{
    /// <summary>A number of things: <c>1 line</c>, <c>2 lines</c>.</summary>
    public static string Counted(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    /// <summary>Four decimals, one from a thousand on, five digits where these would say little, and whole numbers as they are.</summary>
    public static string Of(double value) =>
        value.ToString(
            double.IsInteger(value) && Math.Abs(value) < 1e15
                ? "F0"
                : Math.Abs(value) switch
                {
                    >= 1e-2 and < 1e3 => "F4",
                    >= 1e3 and < 1e9 => "F1",
                    _ => "G5",
                },
            CultureInfo.InvariantCulture
        );
}
