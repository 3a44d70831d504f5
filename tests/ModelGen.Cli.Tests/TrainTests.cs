using System.Text.Json.Nodes;
using SixLabors.ImageSharp;

namespace ModelGen.Cli.Tests;

/// <summary><c>modelgen train</c>, <c>sample</c> and <c>evaluate</c>, on whole runs.</summary>
public sealed class TrainTests : IDisposable
{
    private const string Writer = """
        model: Writer
        family: transformer
        let: { rate: 0.1, rate-of-learning: 1e-2 }
        data: { tokens: { context: 12 } }
        network: [embed: 16, residual: [layer-norm, self-attention: { heads: 2, causal: true, dropout: $rate }], layer-norm, unembed]
        objective: next-token
        training: { optimizer: { adamw: $rate-of-learning }, batch: 8, duration: 40 steps, validation: { every: 20 steps, batches: 2 } }
        sampling: { temperature: 0.8 }

        """;

    private const string Painter = """
        model: Painter
        family: FAMILY
        data: { image: [1, 28, 28] }
        ROLES
        training: { optimizer: OPTIMIZER, batch: 16, duration: 20 steps }

        """;

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void AModelIsTrainedOnTextSampledAndMeasured()
    {
        WriteText();
        _terminal.Write("my models/writer.model.yaml", Writer);

        var (code, output, error) = _terminal.Run(
            "train",
            "my models/writer.model.yaml",
            "--data",
            "text.txt",
            "--set",
            "training.batch=4"
        );

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("data: text in text.txt\ntraining for 40 steps into runs/writer (Ctrl-C saves and stops)\n", output);
        Assert.EndsWith("\nthe run is in runs/writer\n", output);
        var run = JsonNode.Parse(_terminal.Read("runs/writer/manifest.json"))!;
        Assert.Equal("writer.run.yaml", (string?)run["recipe"]!["file"]);
        Assert.Equal("4", (string?)run["run"]!["training.batch-size"]);

        // What the run was made of is in its folder, and checks out.
        Assert.Contains("batch: 4", _terminal.Read("runs/writer/writer.model.yaml"));
        Assert.Equal((0, "2 specs: 0 errors, 0 warnings\n", ""), _terminal.Run("check", "runs/writer"));
        Assert.Contains("let: { rate-of-learning: 1e-2 }\n", _terminal.Read("runs/writer/writer.run.yaml"));

        // The same seed, the same text.
        string[] sample = ["sample", "runs/writer", "--prompt", "the ", "--length", "40"];
        var (first, again, other) = (_terminal.Run(sample), _terminal.Run(sample), _terminal.Run([.. sample, "--seed", "2"]));
        Assert.Equal((0, ""), (first.Code, first.Error));
        Assert.StartsWith("the ", first.Output);
        Assert.Equal(first, again);
        Assert.NotEqual(first.Output, other.Output);
        var cold = _terminal.Run([.. sample, "--set", "sampling.temperature=0"]);
        Assert.Equal(cold.Output, _terminal.Run([.. sample, "--set", "sampling.temperature=0", "--seed", "9"]).Output);

        // The user's own file is not moved into a run.
        Assert.Equal(
            (
                1,
                "error: 'my models/writer.model.yaml' is in 'my models' itself, where the run would keep its copy; choose another folder for the run.\n"
            ),
            Codes(_terminal.Run("train", "my models/writer.model.yaml", "--data", "text.txt", "--out", "my models"))
        );
        Assert.Equal(Writer, _terminal.Read("my models/writer.model.yaml"));

        // Measured again, it is as it was.
        var before = _terminal.Read("runs/writer/evaluation.json");
        _terminal.Delete("runs/writer/evaluation.json");
        Assert.Equal((0, ""), Codes(_terminal.Run("evaluate", "runs/writer")));
        Assert.Equal(before, _terminal.Read("runs/writer/evaluation.json"));
    }

    [Fact]
    public void StoppedAndResumedItEndsInTheSameBytes()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        WriteText();
        _terminal.Write("writer.model.yaml", Writer);
        string[] train = ["train", "writer.model.yaml", "--data", "text.txt", "--no-evaluation", "--set", "training.duration=2000 steps"];
        Assert.Equal((0, ""), Codes(_terminal.Run([.. train, "--out", "whole"])));

        int code;
        using (var process = _terminal.Start([.. train, "--out", "parts"]))
        {
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith("step ", StringComparison.Ordinal) && !line.StartsWith("step 0/", StringComparison.Ordinal))
                {
                    Terminal.Interrupt(process);
                    break;
                }
            }

            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            code = process.ExitCode;
        }

        Assert.Equal(130, code);
        Assert.Equal((0, ""), Codes(_terminal.Run("train", "parts", "--resume", "--no-evaluation")));
        Assert.Equal(
            _terminal.Hash("whole/checkpoints/step-002000.safetensors"),
            _terminal.Hash("parts/checkpoints/step-002000.safetensors")
        );
        Assert.Equal(_terminal.Read("whole/samples.txt"), _terminal.Read("parts/samples.txt"));
    }

    [Fact]
    public void ARecipeTrainsTheModelBesideItOnItsDataOrOnOthers()
    {
        WriteText();
        _terminal.Write("other/text.txt", string.Concat(Enumerable.Repeat("and another thing that is said. ", 100)));
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write(
            "patient.run.yaml",
            "run: Patient\nmodel: Writer\ndata: { text: text.txt }\n"
                + "training: { optimizer: { adamw: 1e-3 }, batch: 2, duration: 20 steps }\n"
        );

        Assert.Equal((0, ""), Codes(_terminal.Run("train", "patient.run.yaml", "--no-evaluation", "--seed", "5")));
        Assert.Equal(
            (0, ""),
            Codes(_terminal.Run("train", "patient.run.yaml", "--no-evaluation", "--seed", "5", "--data", "other", "--out", "b"))
        );

        Assert.Equal(_terminal.Read("patient.run.yaml"), _terminal.Read("runs/patient/patient.run.yaml"));
        Assert.Equal(_terminal.Read("writer.model.yaml"), _terminal.Read("b/writer.model.yaml"));
        Assert.NotEqual(_terminal.Read("runs/patient/metrics.jsonl"), _terminal.Read("b/metrics.jsonl"));
        Assert.Equal("5", $"{JsonNode.Parse(_terminal.Read("b/manifest.json"))!["run"]!["seed"]}");

        // Of a run, the recipe's keys are the recipe's, and it is known with which seed it began.
        var longer = _terminal.Run("train", "b", "--resume", "--no-evaluation", "--set", "training.duration=30 steps");
        Assert.Equal((0, ""), Codes(longer));
        Assert.Contains("\nfinished at step 30/30 ", longer.Output);
        Assert.Contains("duration: 30 steps", _terminal.Read("b/patient.run.yaml"));
        Assert.Equal(_terminal.Read("writer.model.yaml"), _terminal.Read("b/writer.model.yaml"));
    }

    /// <summary>The tokenizer is that of the run, whatever characters another text has: it knows all of them, or one of them is named.</summary>
    [Fact]
    public void AnotherTextIsReadWithTheTokenizerOfTheRun()
    {
        WriteText();
        _terminal.Write("near.txt", string.Concat(Enumerable.Repeat("the set is said.\n", 100)));
        _terminal.Write("other.txt", string.Concat(Enumerable.Repeat("the set is said.\n", 100)) + "#");
        _terminal.Write(
            "speller.model.yaml",
            Writer
                .Replace("model: Writer", "model: Speller", StringComparison.Ordinal)
                .Replace("{ context: 12 }", "{ tokenizer: characters, vocabulary: 64, context: 12 }", StringComparison.Ordinal)
        );
        Assert.Equal((0, ""), Codes(_terminal.Run("train", "speller.model.yaml", "--data", "text.txt", "--no-evaluation")));

        var (code, output, error) = _terminal.Run("evaluate", "runs/speller", "--data", "near.txt");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("\nThese are not the data that the model was trained on.\n", output);

        (code, _, error) = _terminal.Run("evaluate", "runs/speller", "--data", "other.txt");
        Assert.Equal(1, code);
        Assert.StartsWith(
            "error: The character '#' (U+0023) at line 101, column 1 does not occur in the text that the tokenizer was built from",
            error
        );
        Assert.False(File.Exists(_terminal["runs/speller/evaluations/other.txt/evaluation.json"]));
    }

    [Theory]
    [InlineData(
        "vae",
        "latent: 2\nencoder: [flatten, linear: 16, relu]\ndecoder: [linear: 784, reshape: [1, 28, 28]]\nobjective: { elbo: bernoulli }",
        "{ adam: 1e-3 }"
    )]
    [InlineData(
        "vq-vae",
        "codebook: { codes: 8 }\nencoder: [conv: { channels: 4, kernel: 4, stride: 4 }]\ndecoder: [conv-transpose: { channels: 1, kernel: 4, stride: 4 }]\nobjective: { vector-quantised: bernoulli }",
        "{ adam: 1e-3 }"
    )]
    public void AModelOfImagesIsTrainedAndDraws(string family, string roles, string optimizer)
    {
        Pictures.WritePng(_terminal["digits"], 120);
        _terminal.Write(
            "painter.model.yaml",
            Painter
                .Replace("FAMILY", family, StringComparison.Ordinal)
                .Replace("ROLES", roles, StringComparison.Ordinal)
                .Replace("OPTIMIZER", optimizer, StringComparison.Ordinal)
        );

        var trained = _terminal.Run("train", "painter.model.yaml", "--data", "digits", "--no-evaluation");

        Assert.True(trained is (0, _, ""), trained.Error + trained.Output);
        Assert.StartsWith("data: images in 10 sub-folders in digits\n", trained.Output);
        Assert.Equal((0, "the images are in samples.png\n", ""), _terminal.Run("sample", "runs/painter", "--count", "20"));
        using (var image = Image.Load(_terminal["samples.png"]))
        {
            // 10 columns and 2 rows, each pixel twice, and gaps of 2 around.
            Assert.Equal(((10 * 58) + 2, (2 * 58) + 2), (image.Width, image.Height));
        }

        var refused = _terminal.Run("sample", "runs/painter");
        Assert.Equal(
            (1, "error: There is a file 'samples.png' already; --force replaces it, --out names another.\n"),
            (refused.Code, refused.Error)
        );
        var ways = _terminal.Run("sample", "runs/painter", "--interpolate", "--out", "ways.png", "--count", "30");
        Assert.Equal(
            family == "vae"
                ? (0, "the images are in ways.png\n", "")
                : (1, "", "error: Painter has no latent space to move in; leave --interpolate and --traverse out.\n"),
            ways
        );
    }

    [Fact]
    public void IdxFilesAreRecognised()
    {
        Pictures.WriteIdx(_terminal["mnist"], 60);
        _terminal.Write(
            "painter.model.yaml",
            Painter
                .Replace("FAMILY", "vae", StringComparison.Ordinal)
                .Replace(
                    "ROLES",
                    "latent: 2\nencoder: [flatten, linear: 16]\ndecoder: [linear: 784, reshape: [1, 28, 28]]\nobjective: { elbo: bernoulli }",
                    StringComparison.Ordinal
                )
                .Replace("OPTIMIZER", "{ adam: 1e-3 }", StringComparison.Ordinal)
        );

        var trained = _terminal.Run("train", "painter.model.yaml", "--data", "mnist", "--no-evaluation");

        Assert.True(trained is (0, _, ""), trained.Error + trained.Output);
        Assert.StartsWith("data: images in IDX files in mnist\n", trained.Output);
    }

    [Fact]
    public void WhatIsWrongIsOneSentenceAndNothingIsWritten()
    {
        WriteText();
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write(
            "other.run.yaml",
            "run: Other\nmodel: Riter\ntraining: { optimizer: { adamw: 1e-3 }, batch: 2, duration: 20 steps }\n"
        );
        _terminal.Write(
            "open.run.yaml",
            "run: Open\nmodel: Writer\ntraining: { optimizer: { adamw: 1e-3 }, batch: 2, duration: 20 steps }\n"
        );
        _terminal.Write("pictures/readme", "x");
        Pictures.WritePng(_terminal["pictures"], 12);
        _terminal.Write("binary.bin", "\0\u0001\u0002");

        Fails("There is no file 'nothing.model.yaml'.", "train", "nothing.model.yaml", "--data", "text.txt");
        Fails("'pictures' is a folder; name the file of a model or a recipe.", "train", "pictures");
        Fails(
            "'text.txt' is no spec by its name: that of a model ends in .model.yaml, that of a recipe in .run.yaml.",
            "train",
            "text.txt"
        );
        Fails("There is no file and no folder 'nowhere' to learn from.", "train", "writer.model.yaml", "--data", "nowhere");
        Fails("'pictures' has images in 10 sub-folders, but Writer learns from text.", "train", "writer.model.yaml", "--data", "pictures");
        Fails(
            "'binary.bin' is neither text nor a file of tensors; a file to learn from is UTF-8 text, JSON lines, CSV or .safetensors.",
            "train",
            "writer.model.yaml",
            "--data",
            "binary.bin"
        );
        Fails(
            "Nothing says what Writer is to learn from; name it with --data PATH, or in a recipe under 'data'.",
            "train",
            "writer.model.yaml"
        );
        Fails(
            "Nothing says what Writer is to learn from; name it with --data PATH, or in a recipe under 'data'.",
            "train",
            "open.run.yaml"
        );
        Fails(
            "'--set training.clip-norm=null' takes a key out that the file does not have.",
            "train",
            "writer.model.yaml",
            "--set",
            "training.clip-norm=null"
        );
        Fails(
            "'--set training.optimizer.adamw.weight-decay=0' cannot reach into 'training.optimizer.adamw', which is '$rate-of-learning'; set it as a whole, as in --set 'training.optimizer.adamw={ weight-decay: … }'.",
            "train",
            "writer.model.yaml",
            "--set",
            "training.optimizer.adamw.weight-decay=0"
        );
        Fails("There is no folder 'runs/none'.", "sample", "runs/none");
        Fails("'pictures' is no folder of a run: it has no spec of a model.", "sample", "pictures");
        Fails("There is no folder 'runs/none'.", "evaluate", "runs/none");

        Tells(
            "--set training.batch=0(1,16): error MG2006: 'training.batch' is 0; it must be at least 1\n",
            "train",
            "writer.model.yaml",
            "--data",
            "text.txt",
            "--set",
            "training.batch=0"
        );
        Tells(
            "--set training.bacth=8(1,1): error MG2001: 'bacth' is not a key of 'training'; did you mean 'batch'?\n",
            "train",
            "writer.model.yaml",
            "--data",
            "text.txt",
            "--set",
            "training.bacth=8"
        );
        var (code, _, error) = _terminal.Run("train", "other.run.yaml");
        Assert.Equal(1, code);
        Assert.Contains("other.run.yaml(2,8): error MG", error);
        Assert.Contains("did you mean 'Writer'?", error);

        Wrong("--seed takes a whole number from 0 to 18446744073709551615, not 'x'.", "--seed", "x");
        Wrong("'--set training.batch' sets nothing; write a key and its value, as in --set training.batch=32.", "--set", "training.batch");
        Wrong("--set sets 'training.batch' twice.", "--set", "training.batch=2", "--set", "training.batch=4");
        Assert.False(Directory.Exists(_terminal["runs"]));
    }

    /// <summary>A shorter run, in which keys of the file no longer have an effect.</summary>
    [Fact]
    public void AKeyCanBeTakenOut()
    {
        WriteText();
        _terminal.Write(
            "writer.model.yaml",
            Writer.Replace(
                "duration: 40 steps",
                "duration: 400 steps, schedule: { cosine: { warmup: 20 steps } }",
                StringComparison.Ordinal
            )
        );
        string[] train = ["train", "writer.model.yaml", "--data", "text.txt", "--no-evaluation", "--set", "training.duration=8 steps"];

        var (code, output, error) = _terminal.Run(train);
        Assert.Equal((1, ""), (code, output));
        Assert.EndsWith("\n'--set KEY=null' takes out a key that has no effect beside what is set.\n", error);

        (code, output, error) = _terminal.Run([.. train, "--set", "training.schedule=null"]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("training for 8 steps", output);
        Assert.DoesNotContain("cosine", _terminal.Read("runs/writer/writer.model.yaml"), StringComparison.Ordinal);
    }

    /// <summary>What is in the folder and was made by no run stays where it is.</summary>
    [Fact]
    public void AFolderWithFilesOfTheUsersOwnIsNoPlaceForARun()
    {
        WriteText();
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("holiday/samples/beach.txt", "mine");

        Assert.Equal(
            (
                1,
                "error: 'holiday' has no run, but has 'samples', which the run would write; choose another folder for the run, or move the "
                    + "file.\n"
            ),
            _terminal.Run("train", "writer.model.yaml", "--data", "text.txt", "--out", "holiday") is var (code, _, error)
                ? (code, error)
                : default
        );
        Assert.Equal("mine", _terminal.Read("holiday/samples/beach.txt"));
        Assert.Equal(["samples"], Directory.GetFileSystemEntries(_terminal["holiday"]).Select(Path.GetFileName));
    }

    /// <summary>A finished run that is resumed, and measured on other data, keeps what was measured on its own.</summary>
    [Fact]
    public void TheEvaluationOfARunStays()
    {
        WriteText();
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write("other/other text.txt", string.Concat(Enumerable.Repeat("another line of text to read\n", 40)));
        Assert.Equal(0, _terminal.Run("train", "writer.model.yaml", "--data", "text.txt").Code);
        var own = _terminal.Read("runs/writer/evaluation.json");

        Assert.Equal(0, _terminal.Run("train", "runs/writer", "--resume", "--no-evaluation").Code);
        Assert.Equal(own, _terminal.Read("runs/writer/evaluation.json"));

        var (code, output, _) = _terminal.Run("evaluate", "runs/writer", "--data", "other/other text.txt");
        Assert.Equal(0, code);
        Assert.Contains("measured, and written to runs/writer/evaluations/other text.txt/evaluation.json:\n", output);
        Assert.Contains("\nThese are not the data that the model was trained on.\n", output);
        Assert.Equal(own, _terminal.Read("runs/writer/evaluation.json"));
        Assert.NotEqual(own, _terminal.Read("runs/writer/evaluations/other text.txt/evaluation.json"));

        Assert.Equal(0, _terminal.Run("evaluate", "runs/writer", "--out", "measured").Code);
        Assert.Equal(own, _terminal.Read("measured/evaluation.json"));

        Assert.Equal(0, _terminal.Run("train", "writer.model.yaml", "--data", "text.txt", "--no-evaluation").Code);
        Assert.True(File.Exists(_terminal["runs/writer/earlier-1/evaluations/other text.txt/evaluation.json"]));
        Assert.False(Directory.Exists(_terminal["runs/writer/evaluations"]));
    }

    private void Wrong(string message, params string[] options) =>
        Assert.Equal(
            (2, "", $"{message}\n'modelgen train --help' tells more.\n"),
            _terminal.Run(["train", "writer.model.yaml", .. options])
        );

    private void Fails(string message, params string[] arguments) => Assert.Equal((1, "", $"error: {message}\n"), _terminal.Run(arguments));

    private void Tells(string message, params string[] arguments)
    {
        var (code, output, error) = _terminal.Run(arguments);
        Assert.Equal((1, "", message), (code, output, error));
    }

    private void WriteText() =>
        _terminal.Write(
            "text.txt",
            string.Concat(Enumerable.Range(0, 400).Select(static number => $"the {number % 37} of {number % 11} is said.\n"))
        );

    private static (int Code, string Error) Codes((int Code, string Output, string Error) ended) => (ended.Code, ended.Error);
}
