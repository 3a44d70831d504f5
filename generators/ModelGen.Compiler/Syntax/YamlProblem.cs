using System.Text.RegularExpressions;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Syntax;

/// <summary>
/// What is probably wrong with a text that is not YAML. YamlDotNet says at which rule of the grammar it stopped, often after the mistake.
/// </summary>
/// <param name="Span">The place of the mistake.</param>
/// <param name="Message">What it is, and what to write instead.</param>
internal sealed record YamlProblem(SourceSpan Span, string Message)
{
    // How far below the place that YamlDotNet gives the tab may be that it complains of.
    private const int LinesAhead = 2;

    private static readonly Regex KeyWithoutSpace = new(@"^(\s*(?:- )*)([\w-]+):([^\s:/\\].*)$", RegexOptions.CultureInvariant);
    private static readonly Regex Key = new(@"(^|[\s{,[])[^\s{,[:]+:(\s|$)", RegexOptions.CultureInvariant);

    /// <summary>The likeliest cause of a failure.</summary>
    /// <param name="text">The file.</param>
    /// <param name="span">The place where reading it ended.</param>
    /// <param name="message">What YamlDotNet says.</param>
    public static YamlProblem Of(string text, SourceSpan span, string message)
    {
        var lines = text.Split('\n');
        var at = Math.Min(span.Line, lines.Length) - 1;
        return Tab(lines, at, message) ?? KeyOnLineBefore(lines, at, message) ?? new YamlProblem(span, Here(lines, at, span, message));
    }

    private static YamlProblem? Tab(string[] lines, int at, string message)
    {
        for (var i = Math.Max(0, at - 1); i <= Math.Min(at + LinesAhead, lines.Length - 1); i++)
        {
            var blank = lines[i].Length - lines[i].TrimStart(' ').Length;
            if (blank < lines[i].Length && lines[i][blank] == '\t' && (i <= at || message.Contains("tab")))
            {
                return new(Place(lines, i, blank, 1), "a tab is used for indentation; YAML takes only spaces");
            }
        }

        return null;
    }

    // A key without a colon, or without a space after it, is a text that goes on in the next line.
    private static YamlProblem? KeyOnLineBefore(string[] lines, int at, string message)
    {
        var goesOn = message.Contains("multiline plain scalar");
        if (!goesOn && !message.Contains("expected key"))
        {
            return null;
        }

        foreach (var i in new[] { at, at - 1 })
        {
            if (i >= 0 && KeyWithoutSpace.Match(lines[i].TrimEnd()) is { Success: true } match)
            {
                var (key, rest) = (match.Groups[2], match.Groups[3]);
                return new(Place(lines, i, key.Index, key.Length + 1), $"'{key.Value}:' needs a space before '{Excerpt.Of(rest.Value)}'");
            }
        }

        if (!goesOn || IsItem(lines[at]))
        {
            return null;
        }

        var before = Enumerable.Range(0, at).Reverse().FirstOrDefault(i => lines[i].Trim().Length > 0);
        var written = lines[before].Trim();
        return new(
            Place(lines, before, lines[before].IndexOf(written, StringComparison.Ordinal), written.Length),
            $"'{Excerpt.Of(written)}' goes on in the next line, where a colon follows; does it lack a colon itself, or quotes?"
        );
    }

    private static string Here(string[] lines, int at, SourceSpan span, string message)
    {
        var isList = message.Contains("'-' indicator");
        return message.Contains("invalid mapping")
            ? at > 0 && lines[at].IndexOf(':') >= span.Column - 1
                ? "this line is indented further than the one before, so that it goes on with its value; indent both alike"
                : "a second colon follows in this value; put keys in braces, as in key: { inner: 1 }, or a text in quotes"
            : isList || message.Contains("expected key")
                ? Misplaced(lines, at, span, isList)
                : message.Contains("quoted scalar")
                    ? "the quote that opens here is not closed in the same line"
                    : message.Contains("expected ',' or")
                        ? $"{(message.Contains("sequence") ? "',' or ']'" : "',' or '}'")} is missing before this"
                        : message;
    }

    private static string Misplaced(string[] lines, int at, SourceSpan span, bool isList)
    {
        var line = lines[at].TrimEnd();
        var begin = line.Length - line.TrimStart().Length;
        if (span.Column - 1 > begin)
        {
            return $"nothing may follow here; is there a bracket or a quote too many in '{Excerpt.Of(line.Trim())}'?";
        }

        if (isList && !IsItem(line))
        {
            return "the lines before are a list, whose items begin with '- '; begin this one so too, or as far left as the list's key";
        }

        if (!isList && !IsItem(line) && !Key.IsMatch(line))
        {
            return $"'{Excerpt.Of(line.Trim())}' is not 'key: value'";
        }

        var before = lines.Take(at).Select(static other => other.TrimEnd()).LastOrDefault(static other => other.Length > 0) ?? "";
        var (what, other) = (IsItem(line) ? "items of a list" : "keys of a group", before.Length - before.TrimStart().Length + 1);
        return FormattableString.Invariant(
            $"{what} begin in one column, but this line begins in column {begin + 1}, after one in column {other}"
        );
    }

    private static bool IsItem(string line) => line.TrimStart().StartsWith("-", StringComparison.Ordinal);

    private static SourceSpan Place(string[] lines, int line, int column, int length)
    {
        var start = lines.Take(line).Sum(static before => before.Length + 1) + column;
        return new SourceSpan(start, length, line + 1, column + 1, line + 1, column + 1 + length);
    }
}
