using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests;

namespace ModelGen.Generators.Tests;

/// <summary>The example on the page of a rule.</summary>
/// <param name="Wrong">The files with the mistake, by path.</param>
/// <param name="Message">What is reported.</param>
/// <param name="Right">The same files with the mistake fixed; none where no file can show the rule.</param>
internal sealed partial record Example(IReadOnlyDictionary<string, string> Wrong, string Message, IReadOnlyDictionary<string, string> Right)
{
    /// <summary>Reads the example of a rule; fails where it has another form than those of the others.</summary>
    public static Example Of(string id)
    {
        var form = Form().Match(Repository.Example(id));
        Assert.True(
            form.Success,
            $"{id} needs what is wrong, 'The message:', 'Right:' and what is right, or else a text and how the message looks"
        );
        return new Example(Files(form.Groups["wrong"]), form.Groups["message"].Value, Files(form.Groups["right"]));
    }

    private static Dictionary<string, string> Files(Group part) =>
        Block().Matches(part.Value).ToDictionary(static block => Path(block), static block => block.Groups["text"].Value);

    // A file that has no name on the page has the one that the message gives it.
    private static string Path(Match block) =>
        block.Groups["path"] is { Success: true } path ? path.Value
        : block.Groups["language"].Value == "csharp" ? "Example.cs"
        : block.Groups["text"].Value.StartsWith("run: ", StringComparison.Ordinal) ? "example.run.yaml"
        : "example.model.yaml";

    [GeneratedRegex(
        "^(?:(?<wrong>.+```)\n\nThe message:|[^`]+)\n\n```text\n(?<message>[^\n]+)\n```(?:\n\nRight:\n\n(?<right>.+```))?\n$",
        RegexOptions.Singleline
    )]
    private static partial Regex Form();

    [GeneratedRegex(
        "^(?:[^`\n]*`(?<path>[^`\n]+)`:\n\n)?```(?<language>[a-z]+)\n(?<text>.*?^)```$",
        RegexOptions.Multiline | RegexOptions.Singleline
    )]
    private static partial Regex Block();
}
