using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelGen.Native.Convolutions;
using ModelGen.Plots;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>Runs of the whole program, with few steps on a few images.</summary>
public sealed class ImagesRunTests(ImagesFinishedRun finished) : IClassFixture<ImagesFinishedRun>, IDisposable
{
    private static readonly string Checkpoint = Path.Combine("checkpoints", "step-000040.safetensors");

    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.Of("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunLearnsAndLeavesAFolderThatExplainsItself()
    {
        Assert.Equal(
            [
                "checkpoints",
                "classifier.safetensors",
                "curves.png",
                "evaluation.json",
                "interpolations.png",
                "latent-map.png",
                "learning-rate.png",
                "manifest.json",
                "metrics.jsonl",
                "neighbours.png",
                "reconstructions.png",
                "samples",
                "samples.png",
                "tensorboard",
                "traversals.png",
                "vae.model.yaml",
            ],
            Names(finished.Path)
        );
        Assert.Equal(
            ["step-000000.png", "step-000010.png", "step-000020.png", "step-000030.png", "step-000040.png"],
            Names(Path.Combine(finished.Path, "samples"))
        );
        Assert.All(Directory.EnumerateFiles(finished.Path, "*.png", SearchOption.AllDirectories), static file =>
            Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(File.ReadAllBytes(file)[..8]))
        );
        Assert.NotEqual(
            File.ReadAllBytes(Path.Combine(finished.Path, "samples", "step-000000.png")),
            File.ReadAllBytes(Path.Combine(finished.Path, "samples", "step-000040.png"))
        );

        // TensorBoard's file names what it shows in plain letters behind their number.
        var events = Encoding.Latin1.GetString(
            File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(finished.Path, "tensorboard")).Single())
        );
        foreach (var (tag, count) in new[] { ("images", 5), ("train_kl", 4), ("learning_rate", 4) })
        {
            Assert.Equal(count, Regex.Count(events, (char)tag.Length + tag));
        }

        var metrics = File.ReadLines(Path.Combine(finished.Path, "metrics.jsonl"))
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .ToList();
        var last = metrics[^1];
        var first = metrics.First(static line => line.TryGetProperty("validation_loss", out _));
        Assert.True(last.GetProperty("validation_loss").GetDouble() < first.GetProperty("validation_loss").GetDouble() / 1.5);

        // The report repeats the last line, and its other figures are of this run.
        var evaluation = Evaluation(finished.Path);
        var figures = evaluation.GetProperty("figures");
        foreach (var name in new[] { "validation_loss", "validation_reconstruction", "validation_kl" })
        {
            Assert.Equal(last.GetProperty(name).GetDouble(), figures.GetProperty(name).GetDouble());
        }

        Assert.InRange(figures.GetProperty("log_likelihood_bound").GetDouble(), -last.GetProperty("validation_loss").GetDouble(), 0);
        Assert.Equal("ImageVae", evaluation.GetProperty("model").GetString());
        Assert.Equal("classifier:1x28x28-10", evaluation.GetProperty("extractor").GetProperty("name").GetString());
        Assert.Equal((100, 100, 300), (Count("generated"), Count("held_out"), Count("training")));
        Assert.Equal(
            100,
            evaluation
                .GetProperty("classes")
                .GetProperty("balance")
                .EnumerateArray()
                .Sum(static each => each.GetProperty("samples").GetInt32())
        );
        Assert.True(
            figures.GetProperty("frechet_distance_of_training_images").GetDouble() < figures.GetProperty("frechet_distance").GetDouble()
        );
        foreach (var figure in figures.EnumerateObject())
        {
            Assert.Contains($"  {figure.Name.Replace('_', ' ')} ", finished.Ended.Output);
        }

        int Count(string name) => evaluation.GetProperty("counts").GetProperty(name).GetInt32();
    }

    [Fact]
    public void WhoComputesConvolutionsIsChosenToldAndWrittenDown()
    {
        var before = Environment.GetEnvironmentVariable(ConvolutionKernels.Variable);
        try
        {
            Environment.SetEnvironmentVariable(ConvolutionKernels.Variable, "unfolded");
            var run = ExampleProgram.Images.Run("vae", "--data", finished.Data, "--steps", "2", "--out", Out);
            Assert.Equal(("", 0), (run.Error, run.ExitCode));
            Assert.Equal(1, Regex.Count(run.Output, "note: convolutions are computed by ModelGen, as MODELGEN_CONVOLUTIONS requests\n"));
            using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "manifest.json")));
            Assert.Equal("unfolded", manifest.RootElement.GetProperty("sessions")[0].GetProperty("convolutions").GetString());

            Environment.SetEnvironmentVariable(ConvolutionKernels.Variable, "unfold");
            var refused = ExampleProgram.Images.Run("vae", "--data", finished.Data, "--steps", "2", "--out", Out);
            Assert.Equal(
                (
                    1,
                    "error: The environment variable MODELGEN_CONVOLUTIONS is 'unfold'; set it to 'libtorch' or 'unfolded', or "
                        + "leave it unset to have ModelGen test libtorch's convolutions and choose.\n"
                ),
                (refused.ExitCode, refused.Error)
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable(ConvolutionKernels.Variable, before);
        }
    }

    [Fact]
    public void ALearningRateIsFoundWithoutTouchingARun()
    {
        var run = ExampleProgram.Images.Run("vae", "--data", finished.Data, "--find-learning-rate", "--steps", "60", "--out", Out);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Equal(["learning-rates.jsonl", "learning-rates.png"], Names(Out));
        var suggestion = Regex.Match(run.Output, @"suggested learning rate: (\S+), a tenth of the one with the lowest loss");
        Assert.InRange(double.Parse(suggestion.Groups[1].Value, CultureInfo.InvariantCulture), 1e-4, 2e-2);

        var refused = ExampleProgram.Images.Run("gan", "--data", finished.Data, "--find-learning-rate", "--out", Out);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("error: The learning rates of ImageGan cannot be found by a range test: it is trained as a game", refused.Error);
    }

    /// <summary>The first loss is that of the weights which the other run has ended with.</summary>
    [Fact]
    public void AModelGoesOnFromARun()
    {
        var run = ExampleProgram.Images.Run([
            "tuned-vae",
            "--start",
            finished.Path,
            "--data",
            finished.Data,
            "--steps",
            "2",
            "--out",
            Out,
            "--no-evaluation",
        ]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"starting from the weights of step 40 in {finished.Path}\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(LossAt(finished.Ended.Output, 40), LossAt(run.Output, 0), 1.0);

        var other = ExampleProgram.Images.Run("vae", "--start", finished.Path);
        Assert.Equal((1, "error: 'vae' starts from new weights; leave --start out, or train tuned-vae.\n"), (other.ExitCode, other.Error));

        static double LossAt(string output, int step) =>
            double.Parse(
                Regex.Match(output, $"^step {step}/[0-9]+  validation loss ([0-9.]+)", RegexOptions.Multiline).Groups[1].Value,
                CultureInfo.InvariantCulture
            );
    }

    [Theory]
    [InlineData("cvae", "LabelledVae", "LabelledVae.cs")]
    [InlineData("vqvae", "ImageVqVae", "vqvae.model.yaml")]
    [InlineData("gan", "ImageGan", "gan.model.yaml")]
    [InlineData("cgan", "LabelledGan", "LabelledGan.cs")]
    public void EveryModelRunsToItsEvaluation(string word, string model, string spec)
    {
        var run = ExampleProgram.Images.Run(word, "--data", finished.Data, "--steps", "2", "--out", Out);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        var evaluation = Evaluation(Out);
        Assert.Equal(model, evaluation.GetProperty("model").GetString());
        Assert.True(evaluation.GetProperty("figures").GetProperty("frechet_distance_untrained").GetDouble() > 0);
        Assert.Equal(word[0] == 'c', evaluation.GetProperty("figures").TryGetProperty("label_agreement", out _));
        Assert.Equal(word.EndsWith("vae", StringComparison.Ordinal), File.Exists(Path.Combine(Out, "reconstructions.png")));
        Assert.Contains(model, File.ReadAllText(Path.Combine(Out, spec)));
    }

    [UnixFact]
    public void CtrlCSavesAndTheResumedRunEndsInTheSameBytes()
    {
        var stopped = ExampleProgram.Images.Run(ExampleProgram.PressCtrlCAt("step 10/"), finished.ArgumentsFor(Out));

        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Error));
        Assert.Matches(@"stopped at step \d\d of 40; resume the run to continue from there", stopped.Output);
        Assert.False(File.Exists(Path.Combine(Out, "evaluation.json")));

        var resumed = ExampleProgram.Images.Run([.. finished.ArgumentsFor(Out), "--resume"]);

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        foreach (
            var file in new[]
            {
                Checkpoint,
                "classifier.safetensors",
                "evaluation.json",
                "samples.png",
                "latent-map.png",
                Path.Combine("samples", "step-000030.png"),
            }
        )
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(finished.Path, file)), File.ReadAllBytes(Path.Combine(Out, file)));
        }

        Assert.False(Directory.Exists(Path.Combine(Out, "earlier-1")));
    }

    [UnixFact]
    public void CtrlCWhileMeasuringKeepsTheModelAndTheResumedRunMeasuresIt()
    {
        var stopped = ExampleProgram.Images.Run(ExampleProgram.PressCtrlCAt("measuring: classifier"), finished.ArgumentsFor(Out));

        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Error));
        Assert.EndsWith(
            "stopped while measuring; the model is trained and saved; resume the run to measure it "
                + "(--resume, or RunSettings.IsResumed in a program of your own)",
            stopped.Output.TrimEnd()
        );
        Assert.False(File.Exists(Path.Combine(Out, "evaluation.json")));

        var resumed = ExampleProgram.Images.Run([.. finished.ArgumentsFor(Out), "--resume"]);

        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        foreach (var file in new[] { Checkpoint, "evaluation.json", "neighbours.png" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(finished.Path, file)), File.ReadAllBytes(Path.Combine(Out, file)));
        }
    }

    [Fact]
    public void ANewRunMovesTheEarlierOneAside()
    {
        Directory.CreateDirectory(Path.Combine(Out, "samples"));
        File.WriteAllText(Path.Combine(Out, "samples", "step-000000.png"), "of the earlier run");
        File.WriteAllText(Path.Combine(Out, "metrics.jsonl"), "");

        var run = ExampleProgram.Images.Run([.. finished.ArgumentsFor(Out), "--epochs=1"]);

        // Refused before anything is touched: two lengths.
        Assert.Equal(
            (2, "error: --epochs and --steps both say how long to train; give one. --help lists the options."),
            (run.ExitCode, run.Error.TrimEnd())
        );
        Assert.Equal(["metrics.jsonl", "samples"], Names(Out));

        run = ExampleProgram.Images.Run("vae", "--data", finished.Data, "--steps", "1", "--out", Out);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"moved the earlier run to {Path.Combine(Out, "earlier-1")}", run.Output);
        Assert.Equal("of the earlier run", File.ReadAllText(Path.Combine(Out, "earlier-1", "samples", "step-000000.png")));
    }

    [Fact]
    public void ImagesWithoutClassesAreMeasuredByTheBoundAlone()
    {
        var images = _folder.Of("images");
        manual_seed(1).Dispose();
        for (var i = 0; i < 120; i++)
        {
            using var image = rand(1, 3, 20, 25);
            ImageGrid.Write(Path.Combine(images, $"{i:D3}.png"), image, columns: 1);
        }

        File.WriteAllText(Path.Combine(images, "broken.png"), "no image");
        var run = ExampleProgram.Images.Run("vae", "--data", images, "--steps", "2", "--out", Out);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Contains("read 120 images without classes", run.Output);
        Assert.Contains($"left out: {Path.Combine(images, "broken.png")} ", run.Output);
        var evaluation = Evaluation(Out);
        Assert.Equal(JsonValueKind.Null, evaluation.GetProperty("extractor").ValueKind);
        Assert.Equal(
            ["validation_loss", "validation_reconstruction", "validation_kl", "log_likelihood_bound"],
            evaluation.GetProperty("figures").EnumerateObject().Select(static each => each.Name)
        );
        Assert.Contains("no --extractor", evaluation.GetProperty("notes")[0].GetString());

        var refused = ExampleProgram.Images.Run("cgan", "--data", images, "--out", _folder.Of("another"));
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("error: The data have no classes, but LabelledGan is made for 10;", refused.Error);
        Assert.False(Directory.Exists(_folder.Of("another")));
    }

    [Theory]
    [InlineData("error: there is no model 'vea'; choose one of vae, tuned-vae, cvae,", "vea")]
    [InlineData("error: --steps takes a whole number from 1 to 1000000000, not '0'.", "vae", "--steps", "0")]
    [InlineData("error: there is no option --stepz; did you mean --steps?", "vae", "--stepz")]
    [InlineData("error: '5' is not an option; name the images to learn from with --data FOLDER.", "vae", "5")]
    [InlineData(
        "error: --find-learning-rate trains no model to the end, so it cannot be combined with --extractor.",
        "vae",
        "--find-learning-rate",
        "--extractor",
        "x"
    )]
    [InlineData(
        "error: --find-learning-rate trains no model to the end, so it cannot be combined with --resume.",
        "vae",
        "--find-learning-rate",
        "--resume"
    )]
    [InlineData(
        "error: --find-learning-rate trains no model to the end, so it cannot be combined with --epochs.",
        "vae",
        "--find-learning-rate",
        "--epochs",
        "2"
    )]
    [InlineData("error: name the model to train: vae, tuned-vae, cvae, vqvae, gan, cgan.", "--resume")]
    [InlineData("error: --out takes the path of a folder.", "vae", "--out", "")]
    [InlineData("error: --extractor takes the path of a file.", "vae", "--extractor", " ")]
    public void WrongArgumentsEndWithCode2(string error, params string[] arguments)
    {
        var run = ExampleProgram.Images.Run(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(error, run.Error);
        Assert.EndsWith("--help lists the options.", Assert.Single(run.Error.TrimEnd().Split('\n')));
    }

    [Theory]
    [InlineData("error: The folder 'nowhere' does not exist", "vae", "--data", "nowhere")]
    [InlineData("error: There is no checkpoint", "vae", "--resume")]
    public void WhatCannotBeUsedIsAClearError(string error, params string[] arguments)
    {
        var run = ExampleProgram.Images.Run([
            .. arguments,
            "--out",
            Out,
            .. arguments.Contains("--data") ? Array.Empty<string>() : ["--data", finished.Data],
        ]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(error, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void AnExtractorThatCannotBeUsedIsToldBeforeAnythingIsTouched()
    {
        var file = _folder.Write("no network", "features.pt");
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Out, "metrics.jsonl"), "of the earlier run");

        var run = ExampleProgram.Images.Run("vae", "--data", finished.Data, "--steps", "1", "--extractor", file, "--out", Out);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error: ", run.Error);
        Assert.Contains(file, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Equal(["metrics.jsonl"], Names(Out));
    }

    [Fact]
    public void TooFewImagesToMeasureByAreANote()
    {
        var few = _folder.Of("few");
        DrawnDigitFiles.Write(few, training: 40, test: 9);

        var run = ExampleProgram.Images.Run("vae", "--data", few, "--steps", "1", "--out", Out);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Contains("There are fewer than 10 training or held-out images", run.Output);
        Assert.Contains("log_likelihood_bound", Evaluation(Out).GetProperty("figures").EnumerateObject().Select(static each => each.Name));
    }

    [UnixFact]
    public void WhatWasMeasuredBeforeAResumeGoesWithIt()
    {
        foreach (var file in Directory.EnumerateFiles(finished.Path, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Out, Path.GetRelativePath(finished.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var stopped = ExampleProgram.Images.Run(
            ExampleProgram.PressCtrlCAt("resumed at step 40"),
            "vae",
            "--data",
            finished.Data,
            "--steps",
            "1000",
            "--out",
            Out,
            "--resume"
        );

        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Error));
        Assert.Equal(
            [
                "checkpoints",
                "curves.png",
                "learning-rate.png",
                "manifest.json",
                "metrics.jsonl",
                "samples",
                "tensorboard",
                "vae.model.yaml",
            ],
            Names(Out)
        );
    }

    [Fact]
    public void AModelThatIsNotToBeMeasuredIsDrawnFromAlone()
    {
        var run = ExampleProgram.Images.Run("gan", "--data", finished.Data, "--steps", "1", "--out", Out, "--no-evaluation");

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.DoesNotContain("measuring", run.Output);
        Assert.Equal(
            [
                "checkpoints",
                "curves.png",
                "gan.model.yaml",
                "interpolations.png",
                "learning-rate.png",
                "manifest.json",
                "metrics.jsonl",
                "samples",
                "samples.png",
                "tensorboard",
                "traversals.png",
            ],
            Names(Out)
        );
    }

    [Fact]
    public void HelpAnswersWithoutRunning()
    {
        var help = ExampleProgram.Images.Run("--help");

        Assert.Equal(("", 0), (help.Error, help.ExitCode));
        foreach (
            var word in new[]
            {
                "--data",
                "--epochs",
                "--steps",
                "--out",
                "--seed",
                "--device",
                "--resume",
                "--no-evaluation",
                "--find-learning-rate",
                "--extractor",
                "vqvae: a vector-quantised autoencoder",
            }
        )
        {
            Assert.Contains(word, help.Output);
        }

        Assert.Contains("Exit codes", help.Output);
    }

    private static JsonElement Evaluation(string folder) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "evaluation.json"))).RootElement;

    private static IEnumerable<string?> Names(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
