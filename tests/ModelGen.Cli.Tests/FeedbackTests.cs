using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelGen.Cli.Tests;

/// <summary>Recipes that teach a model how to answer, one after another.</summary>
public sealed class FeedbackTests : IDisposable
{
    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { tokenizer: characters, vocabulary: 30, context: 16, end-token: "." } }
        network:
          - embed: 16
          - residual: [self-attention: { heads: 2, causal: true }]
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 60 steps }

        """;

    private const string Judge = """
        model: Judge
        family: network
        data: { tokens: { tokenizer: characters, vocabulary: 30, context: 16, padding-token: _, end-token: "." } }
        network: [embed: 8, sequence-pool, linear: 1]
        objective: bradley-terry
        training: { optimizer: { adamw: 3e-2 }, batch: 8, duration: 60 steps }

        """;

    private readonly Terminal _terminal = new();

    public FeedbackTests()
    {
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("words.txt", string.Concat(Enumerable.Range(0, 400).Select(static i => $"{Word(i)}{(i % 2 == 0 ? "a" : "b")}.")));
        _terminal.Write(
            "liked.jsonl",
            string.Join(
                '\n',
                Enumerable.Range(0, 100).Select(static i => $$"""{"prompt": "", "chosen": "{{Word(i)}}a", "rejected": "{{Word(i)}}b"}""")
            )
        );
        _terminal.Write(
            "rated.jsonl",
            string.Join(
                '\n',
                Enumerable
                    .Range(0, 100)
                    .Select(static i =>
                        $$"""{"prompt": "", "answer": "{{Word(i)}}{{(i % 2 == 0 ? "a" : "b")}}", "rating": {{(i % 2 == 0 ? "true" : "false")}}}"""
                    )
            )
        );
        _terminal.Write(
            "shown.jsonl",
            string.Join('\n', Enumerable.Range(0, 100).Select(static i => $$"""{"prompt": "{{Word(i)[..1]}}", "answer": "{{Word(i)}}a"}"""))
        );
    }

    public void Dispose() => _terminal.Dispose();

    /// <summary>Each of them learns what its file shows: that words end in an a.</summary>
    [Theory]
    [InlineData("sft", "answers: shown.jsonl")]
    [InlineData("dpo", "preferences: liked.jsonl")]
    [InlineData("ipo", "preferences: liked.jsonl")]
    [InlineData("simpo", "preferences: liked.jsonl")]
    [InlineData("orpo", "preferences: liked.jsonl")]
    [InlineData("kto", "preferences: liked.jsonl")]
    [InlineData("kto", "ratings: rated.jsonl")]
    public void AStageLearnsWhatItsFileShows(string objective, string data)
    {
        Base();
        Recipe("tuned", "Writer", $"objective: {objective}\ndata: {{ {data} }}\nstart: {{ run: runs/writer }}");

        var (code, output, error) = _terminal.Run("train", "tuned.run.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("answer: ", _terminal.Read("runs/tuned/samples.txt"), StringComparison.Ordinal);
        var (before, after) = (Validation("tuned", "loss", isLast: false), Validation("tuned", "loss", isLast: true));
        Assert.True(after < before - 0.1, $"{before} to {after}:\n{output}");
        Assert.Equal((0, ""), Result("sample", "runs/tuned", "--prompt", ".", "--length", "20"));

        // Measured again it is still compared with what it was before the run.
        var (evaluation, measured) = (Figures("tuned"), Result("evaluate", "runs/tuned"));
        Assert.Equal((0, ""), measured);
        Assert.All(Figures("tuned").Zip(evaluation), static pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Fact]
    public void AReferenceIsKnownOfTheRunsOwnDataAlone()
    {
        Base();
        Recipe("tuned", "Writer", "objective: dpo\ndata: { preferences: liked.jsonl }\nstart: { run: runs/writer }\nadapt: { lora: 2 }");
        Assert.Equal((0, ""), Result("train", "tuned.run.yaml"));
        var figures = Figures("tuned");
        Assert.Equal((0, ""), Result("evaluate", "runs/tuned"));
        Assert.All(Figures("tuned").Zip(figures), static pair => Assert.Equal(pair.Second, pair.First, 1e-3));

        File.WriteAllLines(_terminal["other.jsonl"], File.ReadAllLines(_terminal["liked.jsonl"])[..50]);
        var (code, error) = Result("evaluate", "runs/tuned", "--data", "other.jsonl");

        Assert.Equal(1, code);
        Assert.Contains("of which the run knows only how likely its own answers were", error, StringComparison.Ordinal);
    }

    [Fact]
    public void APolicyLearnsFromItsReward()
    {
        Base();
        _terminal.Write("prompts.jsonl", string.Concat(Enumerable.Repeat("{\"prompt\": \"\"}\n", 8)));
        const string Keys = "objective: { grpo: { reward: { pattern: 'a$' }, max-tokens: 6 } }\ndata: { prompts: prompts.jsonl }\n";
        Recipe("tuned", "Writer", Keys + "start: { run: runs/writer }");
        Assert.Equal((0, ""), Result("train", "tuned.run.yaml"));
        var figures = Figures("tuned");
        Assert.True(Validation("tuned", "reward", isLast: true) > Validation("tuned", "reward", isLast: false) + 0.1);
        Assert.Equal((0, ""), Result("evaluate", "runs/tuned"));
        Assert.All(Figures("tuned").Zip(figures), static pair => Assert.Equal(pair.Second, pair.First, 1e-3));

        Assert.Equal((0, ""), Result("train", "tuned.run.yaml", "--out", "half", "--set", "training.duration=7 steps"));
        Assert.Equal((0, ""), Result("train", "tuned.run.yaml", "--out", "half", "--resume"));
        Assert.Equal(
            _terminal.Hash("runs/tuned/checkpoints/step-000040.safetensors"),
            _terminal.Hash("half/checkpoints/step-000040.safetensors")
        );
    }

    /// <summary>The chain of runs is told by their hashes, and what is interrupted ends in the same bytes.</summary>
    [Fact]
    public void StagesFollowEachOtherAndResumeExactly()
    {
        Base();
        Recipe("shown", "Writer", "objective: sft\ndata: { answers: shown.jsonl }\nstart: { run: runs/writer }\nadapt: { lora: 2 }");
        Recipe("liked", "Writer", "objective: dpo\ndata: { preferences: liked.jsonl }\nstart: { run: runs/shown }");
        Assert.Equal((0, ""), Result("train", "shown.run.yaml"));
        Assert.Equal((0, ""), Result("train", "liked.run.yaml"));
        Assert.Equal((0, ""), Result("train", "liked.run.yaml", "--out", "half", "--set", "training.duration=7 steps"));
        Directory.Delete(_terminal["runs/shown"], recursive: true);

        Assert.Equal((0, ""), Result("train", "liked.run.yaml", "--out", "half", "--resume"));

        Assert.Equal(
            _terminal.Hash("runs/liked/checkpoints/step-000040.safetensors"),
            _terminal.Hash("half/checkpoints/step-000040.safetensors")
        );
        Assert.Equal("runs/shown", (string?)Manifest("liked")["fine-tuning.start.folder"]);
        Assert.Equal((string?)Manifest("liked")["start"], (string?)JsonNode.Parse(_terminal.Read("half/manifest.json"))!["run"]!["start"]);
    }

    [Fact]
    public void AModelOfRewardsIsMeasuredOnHeldOutPreferences()
    {
        _terminal.Write("judge.model.yaml", Judge);

        var (code, output, error) = _terminal.Run("train", "judge.model.yaml", "--data", "liked.jsonl");

        Assert.Equal((0, ""), (code, error));
        var figures = JsonNode.Parse(_terminal.Read("runs/judge/evaluation.json"))!["figures"]
            ?? JsonNode.Parse(_terminal.Read("runs/judge/evaluation.json"))!;
        Assert.Contains("\"preference_accuracy\"", figures.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1, Validation("judge", "accuracy", isLast: true));
        Assert.Contains("preference accuracy", output, StringComparison.Ordinal);
    }

    [Fact]
    public void LinesThatCannotBeUsedAreNamed()
    {
        Base();
        File.AppendAllText(_terminal["liked.jsonl"], "\n{\"prompt\": \"\", \"chosen\": \"a\", \"rejected\": \"a\"}\n");
        Recipe("tuned", "Writer", "objective: dpo\ndata: { preferences: liked.jsonl }\nstart: { run: runs/writer }");

        var (code, output, _) = _terminal.Run("train", "tuned.run.yaml");

        Assert.Equal(0, code);
        Assert.Contains("liked.jsonl(101)", output, StringComparison.Ordinal);
        Assert.Contains("has the same answer twice, so that none is preferred", output, StringComparison.Ordinal);
    }

    /// <summary>Other data of the kind that the objective learns from can be named.</summary>
    [Fact]
    public void TheCommandLineNamesOtherData()
    {
        Base();
        Recipe("tuned", "Writer", "objective: kto\ndata: { preferences: none.jsonl }\nstart: { run: runs/writer }");

        Assert.Equal((0, ""), Result("train", "tuned.run.yaml", "--data", "rated.jsonl"));

        var (code, _, error) = _terminal.Run("train", "tuned.run.yaml", "--out", "other", "--data", "words.txt");
        Assert.Equal(1, code);
        Assert.Equal($"error: 'words.txt' has text, but Writer learns from preferences or ratings.\n", error);
    }

    private static string Word(int i) => $"{(char)('c' + (i % 7))}{(char)('k' + (i % 11))}";

    private void Base() => Assert.Equal((0, ""), Result("train", "writer.model.yaml", "--data", "words.txt"));

    private void Recipe(string name, string model, string keys) =>
        _terminal.Write(
            $"{name}.run.yaml",
            $$"""
            run: {{char.ToUpperInvariant(name[0])}}{{name[1..]}}
            model: {{model}}
            {{keys.Replace("\n", "\n            ", StringComparison.Ordinal)}}
            training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 40 steps, validation: { every: 20 steps } }

            """.Replace("\n            ", "\n", StringComparison.Ordinal)
        );

    private (int Code, string Error) Result(params string[] arguments)
    {
        var (code, _, error) = _terminal.Run(arguments);
        return (code, error);
    }

    private double[] Figures(string run) =>
        [
            .. JsonNode.Parse(_terminal.Read($"runs/{run}/evaluation.json"))!["figures"]!
                .AsObject()
                .Where(static figure => figure.Key.StartsWith("validation_", StringComparison.Ordinal))
                .Select(static figure => (double)figure.Value!),
        ];

    private JsonNode Manifest(string run) => JsonNode.Parse(_terminal.Read($"runs/{run}/manifest.json"))!["run"]!;

    private double Validation(string run, string metric, bool isLast)
    {
        var values = _terminal
            .Read($"runs/{run}/metrics.jsonl")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject())
            .Select(line => line.FirstOrDefault(entry => entry.Key == $"validation_{metric}").Value)
            .OfType<JsonNode>()
            .Select(static value => Convert.ToDouble(value.ToString(), CultureInfo.InvariantCulture))
            .ToList();
        return isLast ? values[^1] : values[0];
    }
}
