using System.CommandLine;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests;

namespace ModelGen.Cli.Tests;

/// <summary>The commands on the pages of the documentation.</summary>
public sealed partial class PageTests
{
    private static readonly string[] Files = [.. Repository.Pages];

    public static TheoryData<string> Pages => [.. Files];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryCommandHasVerbsAndOptionsThatThereAre(string page)
    {
        foreach (var words in Commands(Repository.Read(page)))
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

    /// <summary>Programs and tests that a page runs in a clone are there.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryProjectThatIsRunIsThere(string page) =>
        Assert.All(ProjectInText().Matches(Repository.Read(page)).Select(static match => match.Groups["path"].Value), static path =>
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(Repository.Root, path), "*.csproj"))
        );

    [Fact]
    public void ThePagesShowCommands()
    {
        var shown = Files.SelectMany(static page => Commands(Repository.Read(page))).ToList();

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
            .Select(static match => match.Groups["words"].Value.Split(" #")[0])
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

    // Where a page does not say what is to be put there.
    [GeneratedRegex("(?:--project|dotnet test|dotnet pack) (?<path>(?:src|examples|tests)/(?!NAME)[A-Za-z./]+)")]
    private static partial Regex ProjectInText();

    [GeneratedRegex("""(?:[^\s'"]|'[^']*'|"[^"]*")+""")]
    private static partial Regex Word();
}
