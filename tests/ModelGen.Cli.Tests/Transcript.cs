using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests;

namespace ModelGen.Cli.Tests;

/// <summary>A command on a page, and what the page says that it prints.</summary>
/// <param name="Arguments">What follows <c>modelgen</c>.</param>
/// <param name="Lines">The lines printed; <c>…</c> stands for any.</param>
internal sealed partial record Transcript(IReadOnlyList<string> Arguments, IReadOnlyList<string> Lines)
{
    private const string AnyLines = "…";

    /// <summary>The commands of a page with their output, in order.</summary>
    public static IReadOnlyList<Transcript> OfPage(string page) =>
        [.. Block().Matches(Repository.Read(page)).SelectMany(static block => OfBlock(block.Groups[1].Value))];

    public override string ToString() => $"modelgen {string.Join(' ', Arguments)}";

    /// <summary>
    /// That a run printed these lines. What is measured, trained or drawn differs each time: there, only the words are compared, and
    /// columns may be of other widths.
    /// </summary>
    public void AssertPrinted(string output)
    {
        var printed = output.TrimEnd('\n').Split('\n').Select(Comparable).ToList();
        var at = 0;
        var isAnywhere = false;
        foreach (var line in Lines)
        {
            if (line == AnyLines)
            {
                isAnywhere = true;
                continue;
            }

            var found = isAnywhere ? printed.IndexOf(Comparable(line), at) : at;
            Assert.True(
                found >= 0 && found < printed.Count && printed[found] == Comparable(line),
                $"{this} does not print the page's line\n{line}\nbut\n{output}"
            );
            (at, isAnywhere) = (found + 1, false);
        }

        Assert.True(isAnywhere || at == printed.Count, $"{this} prints more than the page says:\n{output}");
    }

    private static IEnumerable<Transcript> OfBlock(string block)
    {
        foreach (var part in Prompt().Split(block).Skip(1))
        {
            var lines = part.TrimEnd('\n').Split('\n');
            yield return new Transcript([.. Words(lines[0])], lines[1..]);
        }
    }

    private static IEnumerable<string> Words(string line) =>
        Word().Matches(line).Select(static word => word.Value.Replace("'", "", StringComparison.Ordinal));

    private string Comparable(string line) =>
        Arguments[0] is "train" or "evaluate" or "runs" or "compare" or "chain"
        || line.StartsWith("A step takes ", StringComparison.Ordinal)
            ? Gap()
                .Replace(Number().Replace(Curve().Replace(Time().Replace(Hash().Replace(line, "HASH"), "TIME"), "CURVE"), "NUMBER"), " ")
                .Trim()
            : line;

    [GeneratedRegex("^```(?:console)?\n(\\$ modelgen .*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\$ modelgen ", RegexOptions.Multiline)]
    private static partial Regex Prompt();

    [GeneratedRegex("(?:[^ ']|'[^']*')+")]
    private static partial Regex Word();

    // The beginning of one.
    [GeneratedRegex(@"\b[0-9a-f]{12}\b")]
    private static partial Regex Hash();

    // 154 ms, 14s, 5m 8s.
    [GeneratedRegex(@"\b(?:[0-9]+h )?(?:[0-9]+m )?[0-9]+s\b|\b[0-9][0-9.,]* m?s\b")]
    private static partial Regex Time();

    [GeneratedRegex("[▁-█]+")]
    private static partial Regex Curve();

    [GeneratedRegex(@"-?\b[0-9][0-9,]*(?:\.[0-9]+)?(?:e-?[0-9]+)?\b")]
    private static partial Regex Number();

    [GeneratedRegex(" +")]
    private static partial Regex Gap();
}
