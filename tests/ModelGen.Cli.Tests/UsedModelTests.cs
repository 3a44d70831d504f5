using System.Text.Json.Nodes;

namespace ModelGen.Cli.Tests;

/// <summary>Recipes that use another model than the one that they train.</summary>
public sealed class UsedModelTests : IDisposable
{
    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { tokenizer: characters, vocabulary: 30, context: 16, end-token: "." } }
        network:
          - embed: 24
          - residual: [self-attention: { heads: 2, causal: true }]
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 80 steps }

        """;

    private const string Judge = """
        model: Judge
        family: network
        data: { tokens: { tokenizer: bytes, context: 16, padding-token: _, end-token: "." } }
        network: [embed: 8, sequence-pool, linear: 1]
        objective: bradley-terry
        training: { optimizer: { adamw: 3e-2 }, batch: 8, duration: 60 steps }

        """;

    private readonly Terminal _terminal = new();

    public UsedModelTests()
    {
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("words.txt", string.Concat(Enumerable.Range(0, 400).Select(static i => $"{Word(i)}{(i % 2 == 0 ? "a" : "b")}.")));
        Assert.Equal((0, ""), Result("train", "writer.model.yaml", "--data", "words.txt"));
    }

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void AModelLearnsFromALargerOneAndResumesExactly()
    {
        _terminal.Write(
            "pupil.model.yaml",
            Writer.Replace("Writer", "Pupil", StringComparison.Ordinal).Replace("embed: 24", "embed: 8", StringComparison.Ordinal)
        );

        // Of other texts, whose characters alone would make another tokenizer.
        _terminal.Write("other.txt", string.Concat(Enumerable.Range(0, 300).Select(static i => $"{Word(i * 5)}a.")));
        Recipe("taught", "Pupil", "objective: { distillation: { teacher: Writer, run: runs/writer } }\ndata: { text: other.txt }");
        Assert.Equal((0, ""), Result("train", "taught.run.yaml"));
        var plan = JsonNode.Parse(_terminal.Run("plan", "taught.run.yaml", "--json").Output)!["training"]!;
        Assert.Equal(Weights("writer.model.yaml"), (long)plan["used_models"]!);
        Assert.Equal(Weights("pupil.model.yaml") + Weights("writer.model.yaml"), (long)plan["peak"]! - Trained(plan));

        Assert.True(Validation("taught", "kl", isLast: true) < Validation("taught", "kl", isLast: false) / 2);
        Assert.Contains("\"file\": \"writer.model.yaml\"", _terminal.Read("runs/taught/manifest.json"), StringComparison.Ordinal);
        Assert.Equal(_terminal.Read("writer.model.yaml"), _terminal.Read("runs/taught/writer.model.yaml"));

        // What the folder keeps is enough, with the run of the teacher.
        Assert.Equal((0, ""), Result("train", "taught.run.yaml", "--out", "half", "--set", "training.duration=7 steps"));
        foreach (var file in new[] { "writer.model.yaml", "pupil.model.yaml", "taught.run.yaml" })
        {
            File.Delete(_terminal[file]);
        }

        Assert.Equal((0, ""), Result("train", "half", "--resume", "--set", "training.duration=40 steps"));
        Assert.Equal(
            _terminal.Hash("runs/taught/checkpoints/step-000040.safetensors"),
            _terminal.Hash("half/checkpoints/step-000040.safetensors")
        );
        Assert.Equal((0, ""), Result("sample", "runs/taught", "--prompt", "c", "--length", "10"));
        Assert.Equal((0, ""), Result("evaluate", "runs/taught"));

        // Another teacher would teach something else.
        Directory.Delete(_terminal["runs/writer"], recursive: true);
        var (code, error) = Result("train", "runs/taught", "--resume", "--set", "training.duration=44 steps");
        Assert.Equal(1, code);
        Assert.StartsWith(
            "error: A trained model is to be loaded from the run in 'runs/writer', but there is no such folder here",
            error,
            StringComparison.Ordinal
        );
        _terminal.Write("writer.model.yaml", Writer);
        Assert.Equal((0, ""), Result("train", "writer.model.yaml", "--data", "words.txt", "--seed", "2"));
        (code, error) = Result("train", "runs/taught", "--resume", "--set", "training.duration=44 steps");
        Assert.Equal(1, code);
        Assert.Contains("used.0 was ", error, StringComparison.Ordinal);
    }

    /// <summary>A network that has learned from preferences, and a classifier, each teach words to end in an a.</summary>
    [Theory]
    [InlineData("model: { model: Judge, run: runs/judge }")]
    [InlineData("class: { model: Judge, run: runs/judge, label: good }")]
    public void APolicyLearnsFromATrainedNetwork(string reward)
    {
        var isClassifier = reward.StartsWith("class", StringComparison.Ordinal);
        _terminal.Write(
            "judge.model.yaml",
            isClassifier
                ? Judge
                    .Replace("linear: 1", "linear: 2", StringComparison.Ordinal)
                    .Replace("bradley-terry", "cross-entropy", StringComparison.Ordinal)
                : Judge
        );
        _terminal.Write(
            "shown.jsonl",
            string.Join(
                '\n',
                Enumerable
                    .Range(0, 120)
                    .Select(i =>
                        isClassifier
                            ? $$"""{"text": "{{Word(i)}}{{(i % 2 == 0 ? "a" : "b")}}", "label": "{{(i % 2 == 0 ? "good" : "bad")}}"}"""
                            : $$"""{"prompt": "", "chosen": "{{Word(i)}}a", "rejected": "{{Word(i)}}b"}"""
                    )
            )
        );
        Assert.Equal((0, ""), Result("train", "judge.model.yaml", "--data", "shown.jsonl"));
        _terminal.Write("prompts.jsonl", string.Concat(Enumerable.Repeat("{\"prompt\": \"\"}\n", 8)));
        Recipe(
            "tuned",
            "Writer",
            $"objective: {{ grpo: {{ reward: {{ {reward} }}, check-reward: {{ pattern: 'a$' }}, max-tokens: 6 }} }}\n"
                + "data: { prompts: prompts.jsonl }\nstart: { run: runs/writer }"
        );

        Assert.Equal((0, ""), Result("train", "tuned.run.yaml"));

        Assert.True(Validation("tuned", "check_reward", isLast: true) > Validation("tuned", "check_reward", isLast: false) + 0.1);
        Assert.Equal((0, ""), Result("train", "tuned.run.yaml", "--out", "half", "--set", "training.duration=7 steps"));
        Assert.Equal((0, ""), Result("train", "tuned.run.yaml", "--out", "half", "--resume"));
        Assert.Equal(
            _terminal.Hash("runs/tuned/checkpoints/step-000040.safetensors"),
            _terminal.Hash("half/checkpoints/step-000040.safetensors")
        );
    }

    /// <summary>Only from the teacher: the labels of its own data are drawn.</summary>
    [Fact]
    public void AClassifierLearnsFromALargerOne()
    {
        var classifier = Judge
            .Replace("linear: 1", "linear: 2", StringComparison.Ordinal)
            .Replace("bradley-terry", "cross-entropy", StringComparison.Ordinal);
        _terminal.Write("judge.model.yaml", classifier);
        _terminal.Write(
            "small.model.yaml",
            classifier.Replace("Judge", "Small", StringComparison.Ordinal).Replace("embed: 8", "embed: 4", StringComparison.Ordinal)
        );
        Labelled("sorted.jsonl", static i => i % 2 == 0 ? "good" : "bad");
        Labelled("drawn.jsonl", static i => i * i % 7 % 2 == 0 ? "good" : "bad");
        Labelled("others.jsonl", static i => i % 2 == 0 ? "fine" : "bad");
        Assert.Equal((0, ""), Result("train", "judge.model.yaml", "--data", "sorted.jsonl"));
        Recipe(
            "taught",
            "Small",
            "objective: { class-distillation: { teacher: Judge, run: runs/judge, weight: 1 } }\ndata: { json-lines: { file: drawn.jsonl, test: "
                + "sorted.jsonl } }"
        );

        Assert.Equal((0, ""), Result("train", "taught.run.yaml", "--set", "training.duration=120 steps"));

        Assert.Equal(1, Validation("taught", "accuracy", isLast: true));
        var (code, error) = Result("train", "taught.run.yaml", "--out", "other", "--set", "data={ json-lines: others.jsonl }");
        Assert.Equal(1, code);
        Assert.Equal(
            "error: Small cannot learn from Judge: the data have the classes 'bad', 'fine', and the teacher knows 'bad', 'good'; both need "
                + "the same.\n",
            error
        );

        void Labelled(string file, Func<int, string> label) =>
            _terminal.Write(
                file,
                string.Concat(
                    Enumerable
                        .Range(0, 120)
                        .Select(i => $$"""{"text": "{{Word(i)}}{{(i % 2 == 0 ? "a" : "b")}}", "label": "{{label(i)}}"}""" + "\n")
                )
            );
    }

    private long Weights(string file) => (long)JsonNode.Parse(_terminal.Run("plan", file, "--json").Output)!["weights"]!;

    private static long Trained(JsonNode plan) => (long)plan["gradients"]! + (long)plan["optimizer"]! + (long)plan["activations"]!;

    private static string Word(int i) => $"{(char)('c' + (i % 7))}{(char)('k' + (i % 11))}";

    private void Recipe(string name, string model, string keys) =>
        _terminal.Write(
            $"{name}.run.yaml",
            $"run: {char.ToUpperInvariant(name[0])}{name[1..]}\nmodel: {model}\n{keys}\n"
                + "training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 40 steps, validation: { every: 20 steps } }\n"
        );

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
