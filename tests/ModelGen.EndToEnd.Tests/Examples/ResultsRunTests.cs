using System.Text.Json;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>Runs of the program that reproduces results.</summary>
public sealed class ResultsRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.Of("out");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nano-gpt", "estimated_loss")]
    [InlineData("rotary-gpt", "estimated_loss")]
    [InlineData("alibi-gpt", "estimated_loss")]
    [InlineData("grouped-gpt", "estimated_loss")]
    [InlineData("window-gpt", "estimated_loss")]
    [InlineData("mixture-gpt", "estimated_loss")]
    [InlineData("sorting", "sorted_unseen")]
    [InlineData("names", "test_loss")]
    [InlineData("restoring", "validation_accuracy")]
    public void EachResultIsMeasured(string result, string figure)
    {
        string[] data = result switch
        {
            "names" =>
            [
                "--data",
                Write(Enumerable.Range(0, 1200).Select(static i => $"{(char)('a' + (i % 26))}{(char)('a' + (i / 50))}\n")),
            ],
            _ when result.EndsWith("-gpt", StringComparison.Ordinal) =>
            [
                "--data",
                Write(Enumerable.Range(0, 300).Select(static i => $"{i}\n")),
            ],
            _ => [],
        };
        var run = ExampleProgram.Results.Run([result, "--steps", "2", "--out", Out, .. data]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var figures = JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "evaluation.json"))).RootElement.GetProperty("figures");
        Assert.True(double.IsFinite(figures.GetProperty(figure).GetDouble()));
    }

    [Theory]
    [InlineData(
        "name the result: nano-gpt, rotary-gpt, alibi-gpt, grouped-gpt, window-gpt, mixture-gpt, sorting, names, restoring, dates, "
            + "areas, areas-tuned, areas-lora, areas-frozen, vowels-dpo, vowels-kto, vowels-orpo, vowels-ppo, vowels-grpo, vowels-judge.",
        2
    )]
    [InlineData("there is no result 'sort'; choose one of ", 2, "sort")]
    [InlineData("'nano-gpt' needs tiny Shakespeare; name its path with --data PATH.", 1, "nano-gpt")]
    [InlineData(
        "'areas-lora' needs a folder with MiniLM's model.safetensors and vocab.txt; name its path with --data PATH.",
        1,
        "areas-lora"
    )]
    [InlineData("reproduce the result 'names' first, in this folder.", 1, "vowels-judge")]
    [InlineData("'sorting' makes its own data; leave --data out.", 1, "sorting", "--data", "here")]
    public void MistakesAreTold(string message, int exitCode, params string[] arguments)
    {
        var run = ExampleProgram.Results.Run(arguments);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private string Write(IEnumerable<string> lines)
    {
        var path = _folder.Of("data.txt");
        File.WriteAllText(path, string.Concat(lines));
        return path;
    }
}
