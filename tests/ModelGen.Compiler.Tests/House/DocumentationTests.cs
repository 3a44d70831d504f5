using System.Text.RegularExpressions;

namespace ModelGen.Compiler.Tests.House;

/// <summary>That the links of the pages lead somewhere, and a reader from the README to anything in two clicks.</summary>
public sealed partial class DocumentationTests
{
    // What two screens show.
    private const int Short = 110;

    public static TheoryData<string> Pages => [.. Repository.Pages];

    /// <summary>To a file or a folder that is there, and to a heading of it.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void LinksLeadSomewhere(string page) =>
        Assert.Empty(
            Links(page)
                .Where(static link =>
                    !Path.Exists(Path.Combine(Repository.Root, link.Path))
                    || (link.Anchor.Length > 0 && !Headings(link.Path).Select(static heading => heading.Anchor).Contains(link.Anchor))
                )
                .Select(static link => $"{link.Path}#{link.Anchor}")
        );

    [Fact]
    public void EveryPageIsTwoClicksFromTheReadme()
    {
        // What packages and templates say of themselves is read where they are.
        var wanted = Repository.Pages.Where(static page =>
            page.StartsWith("docs/", StringComparison.Ordinal) || page.StartsWith("examples/", StringComparison.Ordinal)
        );
        var near = Linked("README.md").ToHashSet();
        near.UnionWith(near.ToList().SelectMany(Linked));

        Assert.Empty(wanted.Except(near));

        static IEnumerable<string> Linked(string page) => Links(page).Select(static link => link.Path).Intersect(Repository.Pages);
    }

    /// <summary>So that the second click leads to any section of it.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void ALongPageBeginsWithLinksToItsSections(string page)
    {
        var text = Text(page);
        var sections = Headings(page).Where(static heading => heading.Level == 2).ToList();
        if (text.Split('\n').Length <= Short || page is "README.md")
        {
            return;
        }

        var beginning = text[..text.IndexOf("\n## ", StringComparison.Ordinal)];
        Assert.All(sections, section => Assert.Contains($"](#{section.Anchor})", beginning, StringComparison.Ordinal));
    }

    // Repository paths and anchors of what a page links to and shows, except on other hosts.
    private static IEnumerable<(string Path, string Anchor)> Links(string page) =>
        Link()
            .Matches(Fence().Replace(Text(page), ""))
            .Select(static match => match.Groups["target"].Value)
            .Where(static target => !target.Contains(':', StringComparison.Ordinal))
            .Select(target => target.Split('#'))
            .Select(parts => (parts[0].Length > 0 ? Relative(page, parts[0]) : page, parts.ElementAtOrDefault(1) ?? ""));

    private static string Relative(string page, string target) =>
        Path.GetRelativePath(
                Repository.Root,
                Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, Uri.UnescapeDataString(target)))
            )
            .Replace('\\', '/');

    // As GitHub names them: letters, digits, hyphens and underscores, and a number behind what was there before.
    private static IEnumerable<(int Level, string Anchor)> Headings(string page)
    {
        var counts = new Dictionary<string, int>();
        foreach (var heading in Heading().Matches(Fence().Replace(Text(page), "")).AsEnumerable())
        {
            var words = LinkText().Replace(heading.Groups["text"].Value, "$1").ToLowerInvariant();
            var anchor = NoAnchor().Replace(words, "").Replace(' ', '-');
            var before = counts.GetValueOrDefault(anchor);
            counts[anchor] = before + 1;
            yield return (heading.Groups["level"].Length, before == 0 ? anchor : $"{anchor}-{before}");
        }
    }

    private static string Text(string page) => Repository.Read(page).ReplaceLineEndings("\n");

    [GeneratedRegex("""(?:\]\(|src=")(?<target>[^)\s"]+)[)"]""")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^(?<level>#+) (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex("^ *(```|~~~).*?^ *\\1", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
