using System.Globalization;

namespace ModelGen.Cli.Plans;

/// <summary>Numbers of bytes for people, in the units of the spec's <c>budget</c>: a MB is a million bytes.</summary>
internal static class ByteCount
{
    /// <summary>A number with three or more figures and its unit.</summary>
    public static string Text(long bytes) =>
        bytes switch
        {
            >= 1_000_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e12:0.00} TB"),
            >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
            >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.00} MB"),
            >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.00} kB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        };
}
