using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelGen.Cli.Tests;

/// <summary>Models that judge the steps of answers, and what learns from them.</summary>
public sealed class ProcessRewardTests : IDisposable
{
    private const string Checker = """
        model: Checker
        family: network
        data: { tokens: { tokenizer: bytes, context: 24, padding-token: <pad>, end-token: <end> } }
        network:
          - embed: 24
          - transformer-block: { heads: 4, causal: true, positions: rotary }
          - layer-norm
          - linear: 1
        objective: step-rating
        training: { optimizer: { adamw: 1e-2 }, batch: 32, duration: 200 steps, validation: { every: 100 steps } }

        """;

    private readonly Terminal _terminal = new();

    public ProcessRewardTests()
    {
        _terminal.Write("checker.model.yaml", Checker);
        _terminal.Write("sums.jsonl", string.Join('\n', Answers(600, seed: 1).Select(Line)));
    }

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void AModelLearnsWhichStepsAreRight()
    {
        var (code, output, error) = _terminal.Run("train", "checker.model.yaml", "--data", "sums.jsonl");
        Assert.Equal((0, ""), (code, error));

        Console.WriteLine(output);
        Console.WriteLine(_terminal.Read("runs/checker/evaluation.json"));
    }

    private static string[][] Answers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Step(random)).ToArray())];
    }

    private static string Step(Random random)
    {
        var (a, b) = (random.Next(3), random.Next(3));
        return string.Create(CultureInfo.InvariantCulture, $"{a}+{b}={(random.Next(2) == 0 ? a + b : random.Next(5))}");
    }

    private static string Line(string[] steps)
    {
        var ratings = string.Join(", ", steps.Select(static step => IsRight(step) ? "true" : "false"));
        return $$"""{"prompt": "", "steps": [{{string.Join(", ", steps.Select(static step => $"\"{step}\""))}}], "ratings": [{{ratings}}]}""";
    }

    private static bool IsRight(string step) => step[0] - '0' + step[2] - '0' == step[4] - '0';
}
