using System.Text.Json.Nodes;
using ModelGen.Checkpoints;

namespace ModelGen.Cli.Tests;

/// <summary>Recipes that train a model further, from the weights of another run.</summary>
public sealed class FineTuningTests : IDisposable
{
    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { tokenizer: characters, vocabulary: 40, context: 12 } }
        network:
          - embed: 16
          - residual: [self-attention: { heads: 2, causal: true }]
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 30 steps }

        """;

    private const string Tuned = """
        run: Tuned
        model: Writer
        start: { run: runs/writer }
        KEYS
        data: { text: letters.txt }
        training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 20 steps }

        """;

    // Another head on what the writer's own scores are computed from.
    private const string Judge = """
        model: Judge
        family: network
        data: { tokens: { tokenizer: characters, vocabulary: 40, context: 12, padding-token: <pad> } }
        weights: { layout: modelgen }
        network:
          - embed: 16
          - residual: [self-attention: { heads: 2, causal: true }]
          - sequence-pool
          - linear: 2
        objective: cross-entropy
        training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 8 steps }

        """;

    private const string Judged = """
        run: Judged
        model: Judge
        START
        data: { json-lines: words.jsonl }
        training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 8 steps }

        """;

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    /// <summary>
    /// The base stays as it is to the last bit, its tokenizer is that of the run, and the run says by hash what it came from.
    /// </summary>
    [Theory]
    [InlineData("adapt: { lora: { rank: 2, on: [self_attention.qkv] } }", "self_attention.qkv.adapter.a", "self_attention.qkv.adapter.b")]
    [InlineData("adapt: { dora: { rank: 2, also-train: [self_attention.projection.bias] } }", "", "self_attention.projection.bias")]
    [InlineData("freeze: [embed, self_attention.qkv]", "", "self_attention.projection.weight")]
    public void OnlyWhatIsToBeTrainedChanges(string keys, string added, string changed)
    {
        Base();
        _terminal.Write("tuned.run.yaml", Tuned.Replace("KEYS", keys, StringComparison.Ordinal));

        var (code, output, error) = _terminal.Run("train", "tuned.run.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("starting from the weights of step 30 in runs/writer\n", output);
        using var before = Open("writer");
        using var after = Open("tuned");
        var own = before.Entries.Keys.Where(static name => name.StartsWith("model.", StringComparison.Ordinal)).ToList();
        var differing = own.Where(name => !Same(before, after, name)).Select(static name => name["model.".Length..]).ToList();
        if (keys.StartsWith("freeze", StringComparison.Ordinal))
        {
            Assert.Equal(["self_attention.projection.bias", "self_attention.projection.weight"], differing.Order());
        }
        else
        {
            Assert.Equal(changed.Contains("adapter", StringComparison.Ordinal) ? [] : [changed], differing);
        }

        Assert.True(added.Length == 0 || after.Entries.ContainsKey($"model.{added}"));
        Assert.Equal(before.Metadata["tokenizer"], after.Metadata["tokenizer"]);
        var run = JsonNode.Parse(_terminal.Read("runs/tuned/manifest.json"))!["run"]!;
        Assert.Equal(before.Metadata["sha256"], (string?)run["start"]);
        Assert.Equal("30", (string?)run["start.step"]);
        Assert.Equal("runs/writer", (string?)run["fine-tuning.start.folder"]);

        // What has been learned is sampled and measured, also where the adapters are not known.
        var (first, base_) = (
            _terminal.Run("sample", "runs/tuned", "--length", "30"),
            _terminal.Run("sample", "runs/writer", "--length", "30")
        );
        Assert.Equal((0, ""), (first.Code, first.Error));
        Assert.NotEqual(first.Output, base_.Output);
        var (evaluation, measured) = (_terminal.Read("runs/tuned/evaluation.json"), _terminal.Run("evaluate", "runs/tuned"));
        Assert.Equal((0, ""), (measured.Code, measured.Error));
        Assert.Equal(Loss(evaluation), Loss(_terminal.Read("runs/tuned/evaluation.json")), 1e-4);
    }

    /// <summary>Weights keep their bytes until they begin to learn, those that are frozen for good, and a resumed run ends in the same
    /// bytes.</summary>
    [Fact]
    public void WeightsBeginToLearnOneAfterAnother()
    {
        Base();
        _terminal.Write(
            "tuned.run.yaml",
            """
            run: Tuned
            model: Writer
            start: { run: runs/writer }
            freeze: [embed.positions]
            data: { text: letters.txt }
            training:
              optimizer: { adamw: { learning-rate: 1e-2, weight-decay: 0.5 } }
              rates: { embed.tokens: 0.1, self_attention.qkv: 0.5 }
              unfreeze: { self_attention.qkv: 4 steps, embed.tokens: 8 steps }
              batch: 4
              duration: 20 steps
              checkpoint: { every: 4 steps, keep: 9 }

            """
        );
        Assert.Equal(0, _terminal.Run("train", "tuned.run.yaml", "--out", "half", "--set", "training.duration=10 steps").Code);

        var (code, _, error) = _terminal.Run("train", "tuned.run.yaml", "--out", "whole");

        Assert.Equal((0, ""), (code, error));
        using var before = Open("writer");
        AssertChanged(4, ["self_attention.projection.bias", "self_attention.projection.weight"]);
        AssertChanged(
            8,
            ["self_attention.projection.bias", "self_attention.projection.weight", "self_attention.qkv.bias", "self_attention.qkv.weight"]
        );
        AssertChanged(
            12,
            [
                "embed.tokens.weight",
                "self_attention.projection.bias",
                "self_attention.projection.weight",
                "self_attention.qkv.bias",
                "self_attention.qkv.weight",
            ]
        );
        Assert.Equal(0, _terminal.Run("train", "tuned.run.yaml", "--out", "half", "--resume").Code);
        Assert.Equal(
            _terminal.Hash("whole/checkpoints/step-000020.safetensors"),
            _terminal.Hash("half/checkpoints/step-000020.safetensors")
        );
        var run = JsonNode.Parse(_terminal.Read("whole/manifest.json"))!["run"]!;
        Assert.Equal(
            ("0.1", "4 steps"),
            ((string?)run["training.rates.embed.tokens"], (string?)run["training.unfreeze.self_attention.qkv"])
        );

        void AssertChanged(int step, IEnumerable<string> names)
        {
            using var after = Safetensors.Open(_terminal[$"whole/checkpoints/step-{step:D6}.safetensors"]);
            Assert.Equal(
                names,
                before
                    .Entries.Keys.Where(name => name.StartsWith("model.", StringComparison.Ordinal) && !Same(before, after, name))
                    .Select(static name => name["model.".Length..])
                    .Order(StringComparer.Ordinal)
            );
        }
    }

    /// <summary>A run that was stopped ends in the same bytes, though the run that it started from is gone.</summary>
    [Fact]
    public void ItResumesWithoutTheRunThatItStartedFrom()
    {
        Base();
        _terminal.Write("tuned.run.yaml", Tuned.Replace("KEYS", "adapt: { lora: { rank: 2, dropout: 0.1 } }", StringComparison.Ordinal));
        Assert.Equal(0, _terminal.Run("train", "tuned.run.yaml", "--out", "whole").Code);
        Assert.Equal(0, _terminal.Run("train", "tuned.run.yaml", "--out", "half", "--set", "training.duration=10 steps").Code);
        Directory.Delete(_terminal["runs/writer"], recursive: true);

        var (code, output, error) = _terminal.Run("train", "tuned.run.yaml", "--out", "half", "--resume");

        Assert.True(code == 0, output + error);
        Assert.Equal(
            _terminal.Hash("whole/checkpoints/step-000020.safetensors"),
            _terminal.Hash("half/checkpoints/step-000020.safetensors")
        );
    }

    /// <summary>
    /// A base of int8 keeps its bytes; a resumed run ends in the same as one that was never stopped, with the same file of adapters, which
    /// fits the float base. What was learned is sampled and measured by a model that knows nothing of int8.
    /// </summary>
    [Theory]
    [InlineData("lora")]
    [InlineData("dora")]
    public void ABaseOfInt8StaysAsItIs(string word)
    {
        Base();
        Write("int8");
        Assert.Equal(0, _terminal.Run("train", "tuned.run.yaml", "--out", "half", "--set", "training.duration=10 steps").Code);
        var trained = _terminal.Run("train", "tuned.run.yaml", "--out", "whole");
        Assert.Equal((0, ""), (trained.Code, trained.Error));
        var resumed = _terminal.Run("train", "tuned.run.yaml", "--out", "half", "--resume");
        Assert.True(resumed.Code == 0, resumed.Output + resumed.Error);
        const string Last = "checkpoints/step-000020.safetensors";
        Assert.Equal(_terminal.Hash($"whole/{Last}"), _terminal.Hash($"half/{Last}"));
        Assert.Equal(_terminal.Hash("whole/adapter.safetensors"), _terminal.Hash("half/adapter.safetensors"));

        using (var after = Safetensors.Open(_terminal[$"whole/{Last}"]))
        using (var before = Safetensors.Open(_terminal["half/checkpoints/step-000010.safetensors"]))
        using (var original = Open("writer"))
        {
            foreach (var layer in new[] { "model.self_attention.qkv", "model.self_attention.projection" })
            {
                Assert.Equal(0, after.Entries[$"{layer}.weight"].Shape[1]);
                Assert.Equal(SafetensorsType.Int8, after.Entries[$"{layer}.adapter.base.weight"].Type);
                Assert.True(Same(before, after, $"{layer}.adapter.base.weight"));
                Assert.True(Same(before, after, $"{layer}.adapter.base.scale"));
                Assert.False(Same(before, after, $"{layer}.adapter.b"));
                using var own = original.Read($"{layer}.weight");
                using var numbers = after.Read($"{layer}.adapter.base.weight");
                using var scales = after.Read($"{layer}.adapter.base.scale");
                var (w, q, step) = (own.data<float>().ToArray(), numbers.data<sbyte>().ToArray(), scales.data<float>().ToArray());
                Assert.All(w.Select((value, i) => Math.Abs(value - (step[i / 16] * q[i])) / step[i / 16]), static error =>
                    Assert.InRange(error, 0, 0.5 * (1 + 1e-4))
                );
            }
        }

        var sampled = _terminal.Run("sample", "whole", "--length", "30");
        Assert.Equal((0, ""), (sampled.Code, sampled.Error));
        var loss = Loss(_terminal.Read("whole/evaluation.json"));
        var measured = _terminal.Run("evaluate", "whole");
        Assert.Equal((0, ""), (measured.Code, measured.Error));
        Assert.Equal(loss, Loss(_terminal.Read("whole/evaluation.json")), 1e-4);
        var added = _terminal.Run("sample", "runs/writer", "--adapter", "whole/adapter.safetensors", "--length", "30");
        Assert.Equal((0, ""), (added.Code, added.Error));

        // Half a step is 1/254 of the largest weight of a row.
        Write("float32");
        Assert.Equal(0, _terminal.Run("train", "tuned.run.yaml", "--out", "float").Code);
        Assert.Equal(Loss(_terminal.Read("float/evaluation.json")), loss, 0.01);
        var other = _terminal.Run("train", "tuned.run.yaml", "--out", "half", "--resume");
        Assert.Equal(1, other.Code);
        Assert.Contains("fine-tuning.adapter.base", other.Error);

        void Write(string format) =>
            _terminal.Write(
                "tuned.run.yaml",
                Tuned.Replace("KEYS", $"adapt: {{ {word}: {{ rank: 2, base: {format} }} }}", StringComparison.Ordinal)
            );
    }

    /// <summary>
    /// What a run with adapters has learned is a small file, which gives the run's own texts on the base that it started from, and is
    /// refused by any other.
    /// </summary>
    [Fact]
    public void AdaptersAreAFileThatFitsTheirBaseAlone()
    {
        Base();
        _terminal.Write(
            "tuned.run.yaml",
            Tuned.Replace("KEYS", "adapt: { lora: { rank: 2, also-train: [embed.positions] } }", StringComparison.Ordinal)
        );
        var trained = _terminal.Run("train", "tuned.run.yaml");
        Assert.Equal((0, ""), (trained.Code, trained.Error));
        const string Adapter = "runs/tuned/adapter.safetensors";
        using (var file = Safetensors.Open(_terminal[Adapter]))
        {
            Assert.Equal(
                [
                    "embed.positions.weight",
                    "self_attention.projection.adapter.a",
                    "self_attention.projection.adapter.b",
                    "self_attention.projection.adapter.scale",
                    "self_attention.qkv.adapter.a",
                    "self_attention.qkv.adapter.b",
                    "self_attention.qkv.adapter.scale",
                ],
                file.Entries.Keys.Order(StringComparer.Ordinal)
            );
            Assert.Equal(("Lora", "2"), (file.Metadata["adapter"], file.Metadata["adapter.rank"]));
        }

        var tuned = _terminal.Run("sample", "runs/tuned", "--length", "40");
        var (code, output, error) = _terminal.Run("sample", "runs/writer", "--adapter", Adapter, "--length", "40");
        Assert.Equal((0, "", tuned.Output), (code, error, output));
        Assert.NotEqual(output, _terminal.Run("sample", "runs/writer", "--length", "40").Output);

        // The weights that it has made are not those that it was trained on.
        (code, _, error) = _terminal.Run("sample", "runs/tuned", "--adapter", Adapter);
        Assert.Equal(1, code);
        Assert.Matches(
            "^error: The adapters in '.*/runs/tuned/adapter.safetensors' were trained on weights with the SHA-256 [0-9a-f]{64}, and those of this "
                + "Writer have [0-9a-f]{64}; load the weights that the training started from.\n$",
            error
        );
        (code, _, error) = _terminal.Run("sample", "runs/writer", "--adapter", "runs/writer/checkpoints/step-000030.safetensors");
        Assert.Equal(1, code);
        Assert.Contains("runs/writer/checkpoints/step-000030.safetensors' has the format 'modelgen-checkpoint-3', but", error);
        (code, _, error) = _terminal.Run("sample", "runs/writer", "--adapter", "none.safetensors");
        Assert.Equal(1, code);
        Assert.Contains("none.safetensors' does not exist", error);
    }

    /// <summary>All but the new head is that of the run, whose tokenizer reads the texts.</summary>
    [Fact]
    public void AnotherModelStartsFromARunWithANewHead()
    {
        Base(
            Writer
                .Replace("context: 12", "context: 12, padding-token: <pad>", StringComparison.Ordinal)
                .Replace("- unembed", "- unembed: { tied: false }", StringComparison.Ordinal)
        );
        WriteJudge("start: { run: { folder: runs/writer, new: [linear] } }\nfreeze: [embed, self_attention]");

        var (code, output, error) = _terminal.Run("train", "judged.run.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith(
            "starting from the weights of step 30 in runs/writer\nnote: of the weights there, these are passed over: unembed.weight\n",
            output
        );
        using var before = Open("writer");
        using var after = Open("judged");
        var same = after.Entries.Keys.Where(name => before.Entries.ContainsKey(name) && Same(before, after, name)).ToList();
        Assert.NotEmpty(same);
        Assert.Equal(
            ["model.linear.bias", "model.linear.weight"],
            after.Entries.Keys.Where(static name => name.StartsWith("model.", StringComparison.Ordinal)).Except(same).Order()
        );
        Assert.Equal(before.Metadata["tokenizer"], after.Metadata["tokenizer"]);
        var run = JsonNode.Parse(_terminal.Read("runs/judged/manifest.json"))!["run"]!;
        Assert.Equal(before.Metadata["sha256"], (string?)run["start"]);
        Assert.Equal("linear", (string?)run["fine-tuning.start.new.0"]);
    }

    [Fact]
    public void AModelStartsFromAFileWithoutItsHead()
    {
        Base(Writer.Replace("context: 12", "context: 12, padding-token: <pad>", StringComparison.Ordinal));
        WriteJudge("start: { file: { path: encoder.safetensors, new: [linear] } }");
        using (var run = Open("writer"))
        {
            var weights = run.Entries.Keys.Where(static name => name.StartsWith("model.", StringComparison.Ordinal));
            Safetensors.Write(
                _terminal["encoder.safetensors"],
                weights.ToDictionary(static name => name["model.".Length..], run.Read),
                new Dictionary<string, string>()
            );
        }

        var (code, output, error) = _terminal.Run("train", "judged.run.yaml");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("starting from the weights in encoder.safetensors\n", output);

        WriteJudge("start: { file: encoder.safetensors }");
        (code, _, error) = _terminal.Run("train", "judged.run.yaml");
        Assert.Equal(1, code);
        Assert.Contains(
            "does not fit Judge in the layout 'modelgen': it lacks 'linear.weight' [2, 16], 'linear.bias' [2]; use the weights of a model of "
                + "these sizes, name those that are new, or change the spec.",
            error
        );
    }

    [Fact]
    public void WhatAnotherRunLacksIsNamed()
    {
        Base(Writer.Replace("embed: 16", "embed: 8", StringComparison.Ordinal));
        WriteJudge("start: { run: { folder: runs/writer, new: [linear.bias] } }");

        var (code, _, error) = _terminal.Run("train", "judged.run.yaml");

        Assert.Equal(1, code);
        Assert.Contains("of the model Writer does not have what Judge takes from it: the tensor 'embed.", error);
        Assert.EndsWith("; name what is new under 'new', or start from another run.\n", error);

        WriteJudge("start: { run: { folder: runs/writer, new: [head] } }");
        (code, _, error) = _terminal.Run("train", "judged.run.yaml");
        Assert.Equal(1, code);
        Assert.StartsWith("judged.run.yaml(3,43): error MG2037: 'head' covers no weight of the model 'Judge'", error);
    }

    [Fact]
    public void WhatItCannotStartFromIsOneSentence()
    {
        WriteText();
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("tuned.run.yaml", Tuned.Replace("KEYS", "", StringComparison.Ordinal));

        var (code, _, error) = _terminal.Run("train", "tuned.run.yaml");
        Assert.Equal(1, code);
        Assert.StartsWith("error: The training is to start from the run in 'runs/writer', but there is no such folder here, in '", error);

        Base();
        _terminal.Write("writer.model.yaml", Writer.Replace("embed: 16", "embed: 8", StringComparison.Ordinal));
        (code, _, error) = _terminal.Run("train", "tuned.run.yaml");
        Assert.Equal(1, code);
        Assert.Contains("belongs to the model Writer (", error);

        _terminal.Write("tuned.run.yaml", Tuned.Replace("KEYS", "freeze: [block]", StringComparison.Ordinal));
        (code, _, error) = _terminal.Run("train", "tuned.run.yaml");
        Assert.Equal(1, code);
        Assert.StartsWith("tuned.run.yaml(4,9): error MG2037: 'block' covers no weight of the model 'Writer'", error);
    }

    private void Base(string writer = Writer)
    {
        WriteText();
        _terminal.Write("writer.model.yaml", writer);
        var (code, output, error) = _terminal.Run("train", "writer.model.yaml", "--data", "text.txt");
        Assert.True(code == 0, output + error);
    }

    // The second has fewer letters than the first, whose tokenizer it is read with.
    private void WriteText()
    {
        _terminal.Write("text.txt", string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog.\n", 30)));
        _terminal.Write(
            "letters.txt",
            string.Concat(Enumerable.Repeat("god, the god, hut the hut.\n".Replace(",", "", StringComparison.Ordinal), 40))
        );
    }

    private void WriteJudge(string start)
    {
        _terminal.Write("judge.model.yaml", Judge);
        _terminal.Write("judged.run.yaml", Judged.Replace("START", start, StringComparison.Ordinal));
        _terminal.Write(
            "words.jsonl",
            string.Concat(
                Enumerable.Repeat(
                    "{\"text\": \"fox\", \"label\": \"animal\"}\n{\"text\": \"dog\", \"label\": \"animal\"}\n"
                        + "{\"text\": \"lazy\", \"label\": \"manner\"}\n{\"text\": \"quick\", \"label\": \"manner\"}\n",
                    6
                )
            )
        );
    }

    private Safetensors Open(string run) =>
        Safetensors.Open(Directory.GetFiles(_terminal[$"runs/{run}/checkpoints"]).Order(StringComparer.Ordinal).Last());

    private static bool Same(Safetensors one, Safetensors other, string name)
    {
        using var left = one.Read(name);
        using var right = other.Read(name);
        return left.Equals(right);
    }

    private static double Loss(string evaluation) => (double)JsonNode.Parse(evaluation)!["figures"]!["validation_loss"]!;
}
