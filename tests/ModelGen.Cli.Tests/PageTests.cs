using System.CommandLine;
using System.Text.RegularExpressions;

namespace ModelGen.Cli.Tests;

/// <summary>The commands on the pages of the documentation.</summary>
public sealed partial class PageTests
{
    private static readonly string[] Files =
    [
        .. Directory
            .GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Pages => [.. Files];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryCommandHasVerbsAndOptionsThatThereAre(string page)
    {
        foreach (var words in Commands(File.ReadAllText(page)))
        {
            var parsed = Program.CreateCommand().Parse(words);
            if (words.Length == 1)
            {
                // A verb that is only named.
                Assert.Contains(words[0], Program.CreateCommand().Subcommands.Select(static verb => verb.Name));
                continue;
            }

            Assert.True(parsed.Errors.Count == 0, $"{page}: modelgen {string.Join(' ', words)}: {string.Join(' ', parsed.Errors)}");
        }
    }

    [Fact]
    public void ThePagesShowCommands()
    {
        var shown = Files.SelectMany(static page => Commands(File.ReadAllText(page))).ToList();

        Assert.All(
            Program.CreateCommand().Subcommands.Select(static verb => verb.Name).Except(["emit", "eject", "doctor", "schema"]),
            verb => Assert.Contains(shown, words => words[0] == verb)
        );
    }

    // In blocks and between backticks, without where the output goes and comments; capital words stand for what a person writes, an ellipsis
    // for anything.
    private static IEnumerable<string[]> Commands(string page) =>
        CommandInText()
            .Matches(page)
            .Select(static match => match.Groups["words"].Value)
            .Where(static words => !words.Contains('…', StringComparison.Ordinal) && !words.Contains('[', StringComparison.Ordinal))
            .Select(static words =>
                Word()
                    .Matches(words)
                    .Select(static word =>
                        word.Value.Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal)
                    )
                    .ToArray()
            );

    [GeneratedRegex(@"(?:^\$ |^|`)modelgen (?<words>[a-z][^`\n>#]*)", RegexOptions.Multiline)]
    private static partial Regex CommandInText();

    [GeneratedRegex("""(?:[^\s'"]|'[^']*'|"[^"]*")+""")]
    private static partial Regex Word();
}
