using System.Text;

namespace ModelGen.Cli.Tables;

/// <summary>What standard output can show.</summary>
/// <param name="Columns">The width of the terminal; null for a file or a pipe, where nothing is cut.</param>
/// <param name="HasUnicode">Whether it shows more than ASCII.</param>
internal sealed record Screen(int? Columns, bool HasUnicode)
{
    private const string Blocks = "▁█";

    // For terminals that do not know their width.
    private const int DefaultColumns = 80;

    /// <summary>Standard output.</summary>
    public static Screen Output =>
        new(
            Console.IsOutputRedirected ? null
                : Console.WindowWidth is > 0 and var columns ? columns
                : DefaultColumns,
            CanWrite(Console.OutputEncoding) && IsUnicode(Locale())
        );

    /// <summary>Whether the characters of a locale such as <c>en_GB.UTF-8</c> are those of Unicode; .NET takes all that it does not know,
    /// and the plain locale, for such.</summary>
    public static bool IsUnicode(string? locale) =>
        locale is null
        || (
            locale is not ("C" or "POSIX")
            && (
                !locale.Contains('.', StringComparison.Ordinal)
                || locale
                    .Split('.')[1]
                    .Split('@')[0]
                    .Replace("-", "", StringComparison.Ordinal)
                    .Equals("utf8", StringComparison.OrdinalIgnoreCase)
            )
        );

    private static string? Locale() =>
        new[] { "LC_ALL", "LC_CTYPE", "LANG" }.Select(Environment.GetEnvironmentVariable).FirstOrDefault(static value => value?.Length > 0);

    private static bool CanWrite(Encoding encoding) => encoding.GetString(encoding.GetBytes(Blocks)) == Blocks;
}
