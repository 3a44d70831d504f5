using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelGen.Cli.Tests;

/// <summary>Models that judge the steps of answers, and what learns from them.</summary>
public sealed class ProcessRewardTests : IDisposable
{
    private const string Checker = """
        model: Checker
        family: network
        data: { tokens: { tokenizer: bytes, context: 16, padding-token: <pad>, end-token: <end> } }
        network:
          - embed: 24
          - repeat: 2
            layers: [transformer-block: { heads: 4, causal: true, positions: rotary }]
          - layer-norm
          - linear: 1
        objective: step-rating
        training: { optimizer: { adamw: 1e-2 }, clip-norm: 1, batch: 32, duration: 200 steps }

        """;

    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { tokenizer: characters, vocabulary: 12, context: 16, end-token: "." } }
        network:
          - embed: 24
          - transformer-block: { heads: 4, causal: true, positions: rotary }
          - layer-norm
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, batch: 16, duration: 120 steps }

        """;

    private const string Tuned = """
        run: Tuned
        model: Writer
        objective:
          grpo:
            reward: { process: { model: Checker, run: runs/checker, combine: product } }
            check-reward: { pattern: '^((0\+0=0|0\+1=1|1\+0=1|1\+1=2)(\n|$))+$' }
            max-tokens: 12
            kl-weight: 0.1
        data: { prompts: prompts.jsonl }
        start: { run: runs/writer }
        training: { optimizer: { adamw: 3e-3 }, batch: 8, duration: 60 steps, validation: { every: 30 steps } }

        """;

    private static readonly string[] Right = ["0+0=0", "0+1=1", "1+0=1", "1+1=2"];

    private readonly Terminal _terminal = new();

    public ProcessRewardTests()
    {
        var random = new Random(1);
        _terminal.Write("checker.model.yaml", Checker);
        _terminal.Write("sums.jsonl", string.Join('\n', Enumerable.Range(0, 1500).Select(_ => Line(Steps(random, AnyStep)))));
        _terminal.Write("words.txt", string.Concat(Enumerable.Range(0, 1500).Select(_ => string.Join('\n', Steps(random, Sum)) + ".")));
    }

    public void Dispose() => _terminal.Dispose();

    /// <summary>A network learns which sums are right, and from it a writer of right and wrong ones learns to write right ones.</summary>
    [Fact]
    public void APolicyLearnsFromTheStepsThatANetworkHasLearnedToJudge()
    {
        var (code, output, error) = _terminal.Run("train", "checker.model.yaml", "--data", "sums.jsonl");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("first error accuracy", output, StringComparison.Ordinal);
        var figures = JsonNode.Parse(_terminal.Read("runs/checker/evaluation.json"))!["figures"]!;
        Assert.True(Validation("checker", "accuracy", isLast: false) < 0.75);
        Assert.True((double)figures["step_accuracy"]! > 0.9, figures.ToJsonString());
        Assert.True((double)figures["first_error_accuracy"]! > 0.85, figures.ToJsonString());
        Assert.True((double)figures["step_calibration_error"]! < 0.1, figures.ToJsonString());
        Assert.InRange((double)figures["step_accuracy"]!, (double)figures["step_accuracy_low"]!, (double)figures["step_accuracy_high"]!);
        Assert.Equal((0, ""), Result("evaluate", "runs/checker"));
        Assert.Equal(figures.ToJsonString(), JsonNode.Parse(_terminal.Read("runs/checker/evaluation.json"))!["figures"]!.ToJsonString());

        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("tuned.run.yaml", Tuned);
        _terminal.Write("prompts.jsonl", string.Concat(Enumerable.Repeat("{\"prompt\": \"\"}\n", 8)));
        Assert.Equal((0, ""), Result("train", "writer.model.yaml", "--data", "words.txt"));
        Assert.Equal((0, ""), Result("train", "tuned.run.yaml"));
        var (before, after) = (Validation("tuned", "check_reward", isLast: false), Validation("tuned", "check_reward", isLast: true));
        Assert.True(after > before + 0.3, $"{before} to {after}");

        ResumesExactly("tuned.run.yaml", "8 steps");
    }

    [Fact]
    public void AnInterruptedRunEndsInTheSameBytes()
    {
        ResumesExactly("checker.model.yaml", "20 steps", "--data", "sums.jsonl");
        Assert.Equal((0, ""), Result("evaluate", "half", "--data", "sums.jsonl"));
    }

    [Fact]
    public void LinesThatCannotBeUsedAreNamed()
    {
        File.AppendAllLines(
            _terminal["sums.jsonl"],
            [
                "",
                """{"prompt": "", "steps": ["0+0=0", "0+1=1"], "ratings": [true]}""",
                """{"prompt": "", "steps": ["0+0=0\n0+1=1"], "ratings": [true]}""",
            ]
        );

        var (code, output, _) = _terminal.Run("train", "checker.model.yaml", "--data", "sums.jsonl", "--set", "training.duration=30 steps");

        Assert.Equal(0, code);
        Assert.Contains("sums.jsonl(1501) has 2 steps and 1 ratings, and each step needs one", output, StringComparison.Ordinal);
        Assert.Contains(
            "sums.jsonl(1502) cannot be used: step 1 has the separator of steps in it; make it several steps",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void OtherDataAndOtherNetworksAreRefused()
    {
        _terminal.Write("rated.jsonl", """{"prompt": "", "answer": "0+0=0", "rating": true}""");
        var rated = _terminal["rated.jsonl"];
        Assert.Equal(
            (
                1,
                $"error: '{rated}' holds no answer with rated steps to learn from: {rated}(1) has no key 'steps', only 'prompt', 'answer', "
                    + "'rating'; each line must be like {\"prompt\": \"…\", \"steps\": [\"…\", \"…\"], \"ratings\": [true, false]}. "
                    + "The recipe's 'data.steps' names it.\n"
            ),
            Result("train", "checker.model.yaml", "--data", "rated.jsonl")
        );
        Assert.Equal(
            (1, "error: 'words.txt' has text, but Checker learns from steps.\n"),
            Result("train", "checker.model.yaml", "--data", "words.txt")
        );

        _terminal.Write("endless.model.yaml", Checker.Replace(", end-token: <end>", "", StringComparison.Ordinal));
        var (code, error) = Result("train", "endless.model.yaml", "--data", "sums.jsonl");
        Assert.Equal(1, code);
        Assert.Contains("name one as 'end-token' in the model's 'data.tokens'", error, StringComparison.Ordinal);

        _terminal.Write(
            "pooled.model.yaml",
            Checker.Replace("  - linear: 1", "  - sequence-pool\n  - linear: 1", StringComparison.Ordinal)
        );
        (code, error) = Result("train", "pooled.model.yaml", "--data", "sums.jsonl");
        Assert.Equal(1, code);
        Assert.Contains("a network with 'step-rating' must give a score for each token, [T, 1]", error, StringComparison.Ordinal);
    }

    private static string[] Steps(Random random, Func<Random, string> step) =>
        [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => step(random))];

    private static string Sum(Random random)
    {
        var (a, b) = (random.Next(2), random.Next(2));
        return string.Create(CultureInfo.InvariantCulture, $"{a}+{b}={(random.NextDouble() < 0.4 ? a + b : random.Next(3))}");
    }

    // What is no sum at all is wrong as well, or a policy would find out that nothing says so.
    private static string AnyStep(Random random) =>
        random.NextDouble() < 0.3
            ? string.Concat(Enumerable.Range(0, 1 + random.Next(6)).Select(_ => "012+="[random.Next(5)]))
            : Sum(random);

    private static string Line(string[] steps)
    {
        var ratings = steps.Select(static step => Right.Contains(step) ? "true" : "false");
        return $$"""{"prompt": "", "steps": ["{{string.Join("\", \"", steps)}}"], "ratings": [{{string.Join(", ", ratings)}}]}""";
    }

    private void ResumesExactly(string file, string duration, params string[] more)
    {
        var set = $"training.duration={duration}";
        Assert.Equal((0, ""), Result(["train", file, "--out", "whole", "--set", set, .. more]));
        Assert.Equal((0, ""), Result(["train", file, "--out", "half", "--set", "training.duration=5 steps", .. more]));
        Assert.Equal((0, ""), Result(["train", file, "--out", "half", "--resume", "--set", set, .. more]));
        var newest = Path.GetFileName(Directory.EnumerateFiles(_terminal["whole/checkpoints"], "step-*.safetensors").Max()!);
        Assert.Equal(_terminal.Hash($"whole/checkpoints/{newest}"), _terminal.Hash($"half/checkpoints/{newest}"));
    }

    private (int Code, string Error) Result(params string[] arguments)
    {
        var (code, _, error) = _terminal.Run(arguments);
        return (code, error);
    }

    private double Validation(string run, string metric, bool isLast)
    {
        var values = _terminal
            .Read($"runs/{run}/metrics.jsonl")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)![$"validation_{metric}"])
            .OfType<JsonNode>()
            .Select(static value => (double)value)
            .ToList();
        return isLast ? values[^1] : values[0];
    }
}
