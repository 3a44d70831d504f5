using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Cli.Plans;
using ModelGen.Cli.Specs;
using ModelGen.Compiler;
using ModelGen.Compiler.Operations;

namespace ModelGen.Cli.Tests;

/// <summary><c>modelgen plan</c>.</summary>
public sealed class PlanTests : IDisposable
{
    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { context: 8 } }
        precision: bfloat16
        network: [embed: 4, { repeat: 2, layers: [{ residual: [layer-norm, self-attention: { heads: 2, causal: true }] }] }, unembed]
        objective: next-token
        training: { optimizer: { adamw: 1e-3 }, batch: 6, accumulate: 4, average: 0.9, duration: 100 steps }

        """;

    private const string Recipe = """
        run: Again
        model: Writer
        training: { optimizer: { sgd: 1e-2 }, batch: 3, duration: 10 steps }

        """;

    private static readonly string Root = FindRoot();

    private readonly Terminal _terminal = new();

    public static TheoryData<string> Specs => [.. SpecFiles.Find([Root]).Select(static path => Path.GetRelativePath(Root, path))];

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void AProbeMakesAFewStepsAndWritesNothing()
    {
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("text.txt", string.Concat(Enumerable.Repeat("it is said and it is done. ", 100)));

        var (code, output, error) = _terminal.Run("plan", "writer.model.yaml", "--probe", "--data", "text.txt");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith(_terminal.Run("plan", "writer.model.yaml").Output, output);
        Assert.Matches(
            @"\n\nA step takes [\d.e+]+ ms here, so 100 take about \d+s, without validation, samples and checkpoints\.\n$",
            output
        );
        Assert.False(Directory.Exists(_terminal["runs"]));
        var time = JsonNode.Parse(_terminal.Run("plan", "writer.model.yaml", "--probe", "--data", "text.txt", "--json").Output)!["time"]!;
        Assert.Equal(100, (int)time["steps"]!);
        Assert.InRange((double)time["step_seconds"]!, 1e-5, 10);
        Assert.Equal(2, _terminal.Run("plan", "writer.model.yaml", "--data", "text.txt").Code);
        Assert.Equal(
            (1, "", "error: Nothing says what Writer is to learn from; name it with --data PATH, or in a recipe under 'data'.\n"),
            _terminal.Run("plan", "writer.model.yaml", "--probe")
        );
    }

    [Fact]
    public void APlanHasTheLayersTheMemoryAndTheCache()
    {
        _terminal.Write("mein Modell/größe.model.yaml", Writer);

        var (code, output, error) = _terminal.Run("plan", "mein Modell/größe.model.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            """
            layer               output    parameters  multiply-adds  precision
            embed               [T, 4]         1,056                 float32
            repeat × 2          [T, 4]           176          2,048
              residual          [T, 4]                               float32
                layer-norm      [T, 4]            16                 float32
                self-attention  [T, 4]           160          2,048  bfloat16
            unembed             [T, 256]                      8,192  bfloat16
            total               [T, 256]       1,232         10,240

            Multiply-adds and activations are those of a sequence of 8 tokens, the longest.

            Training with a batch of 6:
              weights       4.93 kB
              average       4.93 kB
              gradients     4.93 kB  on the CPU once for each thread that computes a part of the batch
              optimizer     9.86 kB  adamw
              activations  51.33 kB  2 samples at once, each 25.66 kB
              peak         75.97 kB  their sum, without .NET, libtorch and the data
              checkpoint   19.71 kB  each file; the names of its tensors come on top

            Keys and values of a text that is written: 64 bytes for each token, 512 bytes for 8 tokens.

            """.ReplaceLineEndings("\n"),
            output
        );
    }

    [Fact]
    public void JsonSaysTheSameInBytes()
    {
        _terminal.Write("a.model.yaml", Writer);

        var (code, output, error) = _terminal.Run("plan", "a.model.yaml", "--json");

        Assert.Equal((0, ""), (code, error));
        using var document = JsonDocument.Parse(output);
        var (plan, training) = (document.RootElement, document.RootElement.GetProperty("training"));
        Assert.Equal("Writer", Text(plan, "model"));
        Assert.Equal([1232, 10_240, 4928], Numbers(plan, "parameters", "multiply_adds", "weights"));
        Assert.Equal([6, 2], Numbers(training, "batch", "samples_at_once"));
        Assert.Equal([4928, 4928, 9856], Numbers(training, "average", "gradients", "optimizer"));
        Assert.Equal([25_664, 51_328], Numbers(training, "activations_of_sample", "activations"));
        Assert.Equal([75_968, 19_712], Numbers(training, "peak", "checkpoint"));
        var only = Assert.Single(training.GetProperty("optimizers").EnumerateArray());
        Assert.Equal(("", "adamw"), (Text(only, "name"), Text(only, "optimizer")));
        Assert.Equal([1232, 9856], Numbers(only, "parameters", "state"));
        Assert.Equal([64, 0, 8, 512], Numbers(plan.GetProperty("cache"), "token", "source", "context", "sequence"));
        var layers = plan.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(6, layers.Count);
        Assert.Equal(("repeat", "[T, 4]"), (Text(layers[1], "layer"), Text(layers[1], "output")));
        Assert.Equal([0, 2, 176, 2048], Numbers(layers[1], "depth", "times", "parameters", "multiply_adds"));
        Assert.Equal(JsonValueKind.Null, layers[1].GetProperty("precision").ValueKind);
        Assert.Equal("bfloat16", Text(layers[4], "precision"));

        static IEnumerable<long> Numbers(JsonElement of, params string[] names) => names.Select(name => of.GetProperty(name).GetInt64());

        static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
    }

    /// <summary>A recipe's training replaces the model's.</summary>
    [Fact]
    public void ARecipeIsPlannedWithItsModel()
    {
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("again.run.yaml", Recipe);

        var (code, output, error) = _terminal.Run("plan", "again.run.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("\nTraining with a batch of 3:\n", output);
        Assert.Contains("  3 samples at once, ", output);
        Assert.Contains("  0 bytes  sgd\n", output);
        Assert.DoesNotContain("average", output);
        Assert.Matches("\n  checkpoint +4.93 kB  ", output);
    }

    [Fact]
    public void AModelWithoutATrainingHasWeights()
    {
        _terminal.Write("a.model.yaml", "model: Two\nfamily: network\ndata: { tensor: { shape: [3] } }\nnetwork: [linear: 5]\n");

        var (code, output, error) = _terminal.Run("plan", "a.model.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.EndsWith("\nweights  80 bytes\nThe spec does not say how the model is trained.\n", output);
    }

    [Fact]
    public void ThePlayersOfAGameHaveTheirOptimizers()
    {
        _terminal.Run("new", "game", "--family", "gan");

        var output = _terminal.Run("plan", "game.model.yaml").Output;

        Assert.Matches("\n  gradients +[0-9.]+ [kM]B  of the generator; the networks take turns\n", output);
        Assert.Contains("  adam for the generator, adam for the discriminator\n", output);
    }

    [Theory]
    [InlineData("nothing.model.yaml", "There is no file and no folder 'nothing.model.yaml'.")]
    [InlineData("models", "A plan is of one file, and 'models' is a folder.")]
    [InlineData("models/*", "A plan is of one file, and 'models/*' is several.")]
    [InlineData("notes.txt", "'notes.txt' is no spec by its name: that of a model ends in .model.yaml, that of a recipe in .run.yaml.")]
    public void AWrongPathIsOneSentenceAndCodeIs1(string path, string message)
    {
        _terminal.Write("models/a.model.yaml", Writer);
        _terminal.Write("models/b.model.yaml", Writer);
        _terminal.Write("notes.txt", "");

        Assert.Equal((1, "", $"error: {message}\n"), _terminal.Run("plan", path));
    }

    [Fact]
    public void AMistakeIsToldAsByCheck()
    {
        _terminal.Write("a.model.yaml", Writer.Replace("embed: 4", "embd: 4", StringComparison.Ordinal));
        _terminal.Write("other.run.yaml", Recipe.Replace("batch: 3", "batch: 0", StringComparison.Ordinal));

        var (code, output, error) = _terminal.Run("plan", "a.model.yaml");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("a.model.yaml(5,11): error MG2002: 'embd' is not a layer or block; did you mean 'embed'?\n", error);

        (code, output, error) = _terminal.Run("plan", "other.run.yaml");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("other.run.yaml(3,46): error MG2006: 'training.batch' is 0; it must be at least 1\n", error);

        Assert.Equal(2, _terminal.Run("plan").Code);
        Assert.Equal(2, _terminal.Run("plan", "a.model.yaml", "b.model.yaml").Code);
    }

    /// <summary>A file that is a secret, and one that is not text.</summary>
    [Fact]
    public void AFileThatCannotBeReadIsOneSentence()
    {
        File.WriteAllBytes(_terminal.Write("a.model.yaml", ""), [0x6D, 0xFF, 0xFE]);
        Assert.Equal(
            (1, "", "a.model.yaml(1,1): error MG1009: the file cannot be read as text: it is not UTF-8; save it in this encoding\n"),
            _terminal.Run("plan", "a.model.yaml")
        );

        var secret = _terminal.Write("b.model.yaml", Writer);
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        File.SetUnixFileMode(secret, UnixFileMode.None);
        var (code, output, error) = _terminal.Run("plan", "b.model.yaml");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("b.model.yaml(1,1): error MG1009: the file cannot be read as text: ", error);
    }

    /// <summary>Every spec and recipe of the repository, as far as it is sound.</summary>
    [Theory]
    [MemberData(nameof(Specs))]
    public void EverySpecCanBePlanned(string path)
    {
        var file = Path.Combine(Root, path);
        var specs = new SpecSet([file], "ModelGen.EndToEnd.Tests");
        Assert.NotNull(specs.Compile().Single().Code);

        var plan = Plan.Of(SpecCompiler.Build(specs.Trained(file))!);

        // A likelihood may have a parameter without being a layer.
        var layers = plan.Layers.Where(static layer => layer.Precision is not null).ToList();
        var more = plan.Model.Root.Parts.Where(static part => part.Op is LogLikelihood).Sum(static part => part.ParameterCount);
        Assert.Equal(plan.Model.Root.ParameterCount, layers.Sum(static layer => layer.Parameters) + more);
        Assert.Equal(plan.MultiplyAdds, layers.Sum(static layer => layer.MultiplyAdds));
        if (plan.Memory is { } memory)
        {
            Assert.True(memory.Weights >= sizeof(float) * plan.Model.Root.ParameterCount);
            Assert.True(memory.Activations > 0 && memory.Peak > memory.Activations);
        }

        Assert.NotEmpty(PlanText.Lines(plan));
        Assert.NotEmpty(PlanJson.Of(plan));
    }

    /// <summary>The page shows what the command writes.</summary>
    /// <summary>Of a recipe that trains a part of its model, the table tells how much of each layer, and the memory is that of the part.</summary>
    [Fact]
    public void WhatIsFrozenIsTold()
    {
        _terminal.Write(
            "gpt.model.yaml",
            """
            model: Gpt
            family: transformer
            data: { tokens: { vocabulary: 40, tokenizer: characters, context: 12 } }
            network:
              - embed: 16
              - repeat: 2
                layers: [residual: [self-attention: { heads: 2, causal: true }]]
              - unembed
            objective: next-token
            training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 30 steps }

            """
        );
        const string Recipe = "run: Tuned\nmodel: Gpt\nKEY\ntraining: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 20 steps }\n";

        // Rank 2 on [48, 16], of one of two blocks; Adam keeps two numbers for each.
        Tells("adapt: { lora: { rank: 2, on: [blocks.1.self_attention.qkv] } }", 128);
        Tells(
            "adapt: { dora: { rank: 2, on: [blocks.*.self_attention.qkv], also-train: [blocks.0.self_attention.qkv.bias] } }",
            (2 * 176) + 48
        );
        Tells("freeze: [embed, blocks.0]", 1088);

        // One byte instead of four for each number of two [48, 16] and two [16, 16], and four for each row and 32 for each matrix besides.
        var (whole, kept) = (Memory("float32"), Memory("int8"));
        Assert.Equal(2 * ((3 * (768 + 256)) - (4 * (48 + 16)) - (2 * 32)), whole.Weights - kept.Weights);
        Assert.Equal((0, 4 * 768), (whole.Restored, kept.Restored));
        Assert.Equal(whole.Weights - kept.Weights - kept.Restored, whole.Peak - kept.Peak);
        Assert.Matches(
            "\n  restored +3\\.07 kB  the largest of the int8 matrices as float32, for the time of a product\n",
            _terminal.Run("plan", "tuned.run.yaml").Output
        );

        (long Weights, long Restored, long Peak) Memory(string format)
        {
            _terminal.Write(
                "tuned.run.yaml",
                Recipe.Replace("KEY", $"adapt: {{ lora: {{ rank: 2, base: {format} }} }}", StringComparison.Ordinal)
            );
            using var plan = JsonDocument.Parse(_terminal.Run("plan", "tuned.run.yaml", "--json").Output);
            var training = plan.RootElement.GetProperty("training");
            return (Of("weights"), Of("restored"), Of("peak"));

            long Of(string part) => training.GetProperty(part).GetInt64();
        }

        void Tells(string key, int trained)
        {
            _terminal.Write("tuned.run.yaml", Recipe.Replace("KEY", key, StringComparison.Ordinal));
            var (code, output, error) = _terminal.Run("plan", "tuned.run.yaml");
            Assert.Equal((0, ""), (code, error));
            var lines = output.Split('\n');
            Assert.StartsWith("layer ", lines[0], StringComparison.Ordinal);
            Assert.Contains("  parameters  trained  multiply-adds  ", lines[0], StringComparison.Ordinal);
            Assert.Contains(lines, line =>
                line.StartsWith("embed ", StringComparison.Ordinal) && line.Contains("  832        0  ", StringComparison.Ordinal)
            );
            Assert.Contains(
                $"{trained:N0}",
                lines.Single(static line => line.StartsWith("total", StringComparison.Ordinal)),
                StringComparison.Ordinal
            );

            using var plan = JsonDocument.Parse(_terminal.Run("plan", "tuned.run.yaml", "--json").Output);
            var training = plan.RootElement.GetProperty("training");
            Assert.Equal(trained, plan.RootElement.GetProperty("trained").GetInt64());
            Assert.Equal(4L * trained, training.GetProperty("gradients").GetInt64());
            Assert.Equal(8L * trained, training.GetProperty("optimizer").GetInt64());
        }
    }

    [Fact]
    public void WhatLearnsSlowerOrLaterIsTold()
    {
        _terminal.Write(
            "gpt.model.yaml",
            """
            model: Gpt
            family: transformer
            data: { tokens: { vocabulary: 40, tokenizer: characters, context: 12 } }
            network:
              - embed: 16
              - repeat: 2
                layers: [residual: [self-attention: { heads: 2, causal: true }]]
              - unembed
            objective: next-token
            training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 30 steps }

            """
        );
        _terminal.Write(
            "tuned.run.yaml",
            """
            run: Tuned
            model: Gpt
            training:
              optimizer: { adamw: 1e-2 }
              rates: { embed: 0.1, blocks.0: 0.5 }
              unfreeze: { embed: 12 steps, blocks.0: 0.5 epochs }
              batch: 4
              duration: 20 steps

            """
        );

        var (code, output, error) = _terminal.Run("plan", "tuned.run.yaml");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith(
            """
            layer               output   parameters        rate         learns after  multiply-adds  precision
            embed               [T, 16]         832       × 0.1             12 steps                 float32
            repeat × 2          [T, 16]       2,176                                          33,792
              residual          [T, 16]                                                              float32
                self-attention  [T, 16]       2,176  × 0.5, × 1  0.5 epochs, 0 steps         33,792  float32
            unembed             [T, 40]                                                       7,680  float32
            total               [T, 40]       3,008                                          41,472

            """.ReplaceLineEndings("\n"),
            output,
            StringComparison.Ordinal
        );
        using var plan = JsonDocument.Parse(_terminal.Run("plan", "tuned.run.yaml", "--json").Output);
        var attention = plan
            .RootElement.GetProperty("layers")
            .EnumerateArray()
            .Single(static layer => layer.GetProperty("layer").GetString() == "self-attention");
        Assert.Equal([0.5, 1], attention.GetProperty("rates").EnumerateArray().Select(static rate => rate.GetDouble()));
        Assert.Equal(["0.5 epochs", null], attention.GetProperty("learns_after").EnumerateArray().Select(static each => each.GetString()));
    }

    [Fact]
    public void TheExampleOfThePageIsTrue()
    {
        const string Command = "$ modelgen plan examples/DocsGpt/docs-gpt.model.yaml\n";
        var page = File.ReadAllText(Path.Combine(Root, "docs", "command.md")).ReplaceLineEndings("\n");
        var example = page[(page.IndexOf(Command, StringComparison.Ordinal) + Command.Length)..];

        var (code, output, _) = _terminal.Run("plan", Path.Combine(Root, "examples", "DocsGpt", "docs-gpt.model.yaml"));

        Assert.Equal(0, code);
        Assert.Equal(output, example[..example.IndexOf("```", StringComparison.Ordinal)]);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ModelGen.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
