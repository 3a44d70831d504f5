using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelGen.Cli.Tests;

/// <summary>The first steps that people take, as the page shows them.</summary>
public sealed partial class FirstStepsTests : IDisposable
{
    private const string Spec = "notes.model.yaml";

    // What is left of the training, so that it takes seconds.
    private static readonly string[] Quick =
    [
        "--set",
        "data.tokens.context=16",
        "--set",
        "training.duration=24 steps",
        "--set",
        "training.schedule.cosine.warmup=2 steps",
        "--set",
        "training.validation={ every: 24 steps, batches: 1 }",
        "--set",
        "training.checkpoint=20 steps",
    ];

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void ThePageShowsWhatTheCommandPrints()
    {
        _terminal.Write("notes.txt", Play());
        Pictures.WritePng(_terminal["clothes"], 120);

        foreach (var step in Transcript.OfPage("docs/first-steps.md"))
        {
            // The page makes a mistake, and shows what is told of it.
            var isMistake = step.Lines.Any(static line => line.Contains("'head' is not a key", StringComparison.Ordinal));
            var spec = isMistake ? _terminal.Read(Spec) : "";
            if (isMistake)
            {
                _terminal.Write(Spec, spec.Replace("heads:", "head:", StringComparison.Ordinal));
            }

            var (code, output, error) = _terminal.Run([.. Quickly(step.Arguments)]);

            Assert.True(code == (isMistake ? 1 : 0) && error.Length == 0, $"{step}: {code}\n{output}{error}");
            if (step.Arguments is ["sample", _, "--prompt", var prompt, "--length", var length])
            {
                AssertWritten(output, prompt, int.Parse(length, CultureInfo.InvariantCulture));
                Assert.StartsWith(prompt, step.Lines[0]);
            }
            else
            {
                step.AssertPrinted(FewSamples().Replace(output, ""));
            }

            if (isMistake)
            {
                _terminal.Write(Spec, spec);
            }
        }

        Assert.True(File.Exists(_terminal["samples.png"]));
    }

    private static IEnumerable<string> Quickly(IReadOnlyList<string> arguments) =>
        arguments[0] != "train" ? arguments
        : arguments[1] == Spec ? arguments.Concat(Quick)
        : arguments.Select(static word => word.Replace("10 epochs", "1 epochs", StringComparison.Ordinal));

    // As many characters as were asked for, or fewer where bytes make up one together.
    private static void AssertWritten(string output, string prompt, int length)
    {
        Assert.StartsWith(prompt, output);
        Assert.InRange(output.Length, prompt.Length + (length / 4), prompt.Length + length + 1);
    }

    private static string Play() =>
        string.Concat(
            Enumerable
                .Range(0, 200)
                .Select(static line =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"ROMEO:\nLine {line} is spoken, and then it is answered.\n\nJULIET:\nSo it is, {line % 7} times.\n\n"
                    )
                )
        );

    // A note that the page's two thousand images do not get.
    [GeneratedRegex("^.*was computed from no more samples than features.*\n", RegexOptions.Multiline)]
    private static partial Regex FewSamples();
}
