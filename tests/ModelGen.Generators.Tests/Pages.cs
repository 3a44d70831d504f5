using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests;

namespace ModelGen.Generators.Tests;

/// <summary>The pages that people read.</summary>
internal static partial class Pages
{
    /// <summary>
    /// Those whose blocks are compiled here: not those that the catalogue is written to, whose examples have tests of their own, and not
    /// those that add to the compiler.
    /// </summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Repository.Pages.Where(static page =>
            page != "docs/layers.md"
            && !page.StartsWith("docs/diagnostics/", StringComparison.Ordinal)
            && !page.StartsWith("docs/contributing/", StringComparison.Ordinal)
        ),
    ];

    /// <summary>The blocks of a page in order, without the indentation that they have in a list.</summary>
    /// <param name="page">The page's path in the repository.</param>
    public static IEnumerable<(string Language, string Text)> Blocks(string page) =>
        Block()
            .Matches(Repository.Read(page).ReplaceLineEndings("\n"))
            .Select(static match =>
                (
                    match.Groups["language"].Value,
                    Regex.Replace(match.Groups["text"].Value, $"^{match.Groups["indent"].Value}", "", RegexOptions.Multiline)
                )
            );

    /// <summary>The blocks of a language on a page, in order.</summary>
    /// <param name="page">The page's path in the repository.</param>
    /// <param name="language">The word after the fence.</param>
    public static IEnumerable<string> Blocks(string page, string language) =>
        Blocks(page).Where(block => block.Language == language).Select(static block => block.Text);

    [GeneratedRegex("^(?<indent> *)```(?<language>[a-z]*)\n(?<text>.*?)^\\k<indent>```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
