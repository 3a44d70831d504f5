using System.Globalization;
using ModelGen.Cli.Sweeps;
using SixLabors.ImageSharp;

namespace ModelGen.Cli.Tests;

/// <summary><c>modelgen sweep</c>.</summary>
public sealed class SweepTests : IDisposable
{
    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { context: 12 } }
        network: [embed: 16, residual: [layer-norm, self-attention: { heads: 2, causal: true }], layer-norm, unembed]
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 30 steps }

        """;

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData("a.b=1", "1")]
    [InlineData("a.b=1, 2 ,3", "1|2|3")]
    [InlineData("a.b={ sgd: 0.1, momentum: 0.9 },{ adamw: [1, 2] }", "{ sgd: 0.1, momentum: 0.9 }|{ adamw: [1, 2] }")]
    [InlineData("a.b='x, y',\"p, q\"", "'x, y'|\"p, q\"")]
    [InlineData("a.b=100 steps,2 epochs", "100 steps|2 epochs")]
    public void ValuesAreSplitWhereYamlDoesNotNeedTheComma(string written, string values) =>
        Assert.Equal(values.Split('|'), SweepAxis.Parse(written).Values);

    [Fact]
    public void ARangeIsDrawnFromEvenly()
    {
        var whole = SweepAxis.Parse("a=3..5");
        var wide = SweepAxis.Parse("a=1e-4..1e-1");
        var narrow = SweepAxis.Parse("a=-1..0.5");

        Assert.Equal(["3", "3", "4", "4", "5", "5"], new[] { 0, 0.33, 0.34, 0.66, 0.67, 0.999 }.Select(whole.At));

        // As much of each order of magnitude.
        Assert.Equal(["0.0001", "0.001", "0.01"], new[] { 0, 1 / 3.0, 2 / 3.0 }.Select(wide.At));
        Assert.Equal(["-1", "-0.25", "0.35"], new[] { 0, 0.5, 0.9 }.Select(narrow.At));
        Assert.Equal(["0.999", "0.99945", "0.99981"], new[] { 0, 0.5, 0.9 }.Select(SweepAxis.Parse("a=0.999..0.9999").At));
    }

    [Fact]
    public void TheGridHasEveryCombinationOnceAndNamesWhatDiffers()
    {
        var runs = SweepRun.Grid([
            SweepAxis.Parse("training.batch=4,8"),
            SweepAxis.Parse("let.width=16"),
            SweepAxis.Parse("let.rate=1e-3,1e-2"),
        ]);

        Assert.Equal(
            ["batch=4_rate=1e-3", "batch=4_rate=1e-2", "batch=8_rate=1e-3", "batch=8_rate=1e-2"],
            runs.Select(static run => run.Name)
        );
        Assert.Equal(["training.batch=8", "let.width=16", "let.rate=1e-3"], runs[2].Settings);

        // Of one name, two keys; of signs that no file has, a hash.
        Assert.Equal("a.x=1_b.x=3", SweepRun.Grid([SweepAxis.Parse("a.x=1,2"), SweepAxis.Parse("b.x=3,4")])[0].Name);
        Assert.Equal(2, SweepRun.Grid([SweepAxis.Parse("a=[1/2],[1:2]")]).Select(static run => run.Name).Distinct().Count());
        Assert.Equal(["run"], SweepRun.Grid([SweepAxis.Parse("a=1")]).Select(static run => run.Name));
    }

    [Fact]
    public void WhatIsDrawnIsAFunctionOfTheSeed()
    {
        SweepAxis[] axes = [SweepAxis.Parse("rate=1e-4..1e-2"), SweepAxis.Parse("batch=4,8,16")];

        var runs = SweepRun.Random(axes, 200, seed: 1);

        Assert.Equal(runs.Select(static run => run.Name), SweepRun.Random(axes, 200, seed: 1).Select(static run => run.Name));
        Assert.NotEqual(runs[0].Name, SweepRun.Random(axes, 200, seed: 2)[0].Name);
        Assert.All(runs, static run =>
            Assert.InRange(double.Parse(run.Settings[0]["rate=".Length..], CultureInfo.InvariantCulture), 1e-4, 1e-2)
        );
        Assert.Equal(3, runs.Select(static run => run.Settings[1]).Distinct().Count());

        // Half of an even distribution over two orders of magnitude: 100 of 200, with a deviation of 7.
        Assert.InRange(
            runs.Count(static run => double.Parse(run.Settings[0]["rate=".Length..], CultureInfo.InvariantCulture) < 1e-3),
            70,
            130
        );
    }

    [Fact]
    public void EachCombinationIsTrainedOnceAndTheBestIsFirst()
    {
        WriteText();
        _terminal.Write("writer.model.yaml", Writer);
        string[] sweep =
        [
            "sweep",
            "writer.model.yaml",
            "--data",
            "text.txt",
            "--set",
            "training.optimizer.adamw=1e-5,1e-2",
            "--set",
            "training.batch=4",
        ];

        var (code, output, error) = _terminal.Run(sweep);

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("run 1 of 2: adamw=1e-5\n", output);
        var table = output[output.LastIndexOf("\nrun ", StringComparison.Ordinal)..];
        Assert.Matches(
            @"^\nrun +validation loss +steps +state\nadamw=1e-2 +\d\.\d{4} +30/30 +finished\nadamw=1e-5 +\d\.\d{4} +30/30 +finished\n"
                + "The losses are plotted in runs/writer-sweep/sweep.png.\n$",
            table
        );
        using (var image = Image.Load(_terminal["runs/writer-sweep/sweep.png"]))
        {
            Assert.True(image.Width > 100);
        }

        // What is finished stays; what is missing is made again, and is the same.
        var checkpoint = "runs/writer-sweep/adamw=1e-2/checkpoints/step-000030.safetensors";
        var (before, kept) = (
            _terminal.Hash(checkpoint),
            File.GetLastWriteTimeUtc(_terminal["runs/writer-sweep/adamw=1e-5/metrics.jsonl"])
        );
        Directory.Delete(_terminal["runs/writer-sweep/adamw=1e-2"], recursive: true);
        var again = _terminal.Run(sweep);
        Assert.StartsWith("run 1 of 2: adamw=1e-5\nfinished before\n\nrun 2 of 2: adamw=1e-2\n", again.Output);
        Assert.EndsWith(table, again.Output);
        Assert.Equal(before, _terminal.Hash(checkpoint));
        Assert.Equal(kept, File.GetLastWriteTimeUtc(_terminal["runs/writer-sweep/adamw=1e-5/metrics.jsonl"]));
    }

    [Fact]
    public void AMistakeInOneCombinationIsToldBeforeAnyIsTrained()
    {
        WriteText();
        _terminal.Write("writer.model.yaml", Writer);

        Assert.Equal(
            (1, "", "--set training.batch=0(1,16): error MG2006: 'training.batch' is 0; it must be at least 1\n"),
            _terminal.Run("sweep", "writer.model.yaml", "--data", "text.txt", "--set", "training.batch=4,0")
        );
        Assert.Equal(
            (1, "", "error: training.batch has a range, of which runs can only be drawn: add --random N, or list its values.\n"),
            _terminal.Run("sweep", "writer.model.yaml", "--data", "text.txt", "--set", "training.batch=1..8")
        );
        Assert.Equal(
            (
                2,
                "",
                "'--set batch=4,,8' has an empty value; write the values with single commas between.\n"
                    + "'modelgen sweep --help' tells more.\n"
            ),
            _terminal.Run("sweep", "writer.model.yaml", "--data", "text.txt", "--set", "batch=4,,8")
        );
        Assert.Equal(
            (2, "", "'--set batch=8..4' is an empty range: 8 is not below 4.\n'modelgen sweep --help' tells more.\n"),
            _terminal.Run("sweep", "writer.model.yaml", "--data", "text.txt", "--random", "2", "--set", "batch=8..4")
        );
        Assert.False(Directory.Exists(_terminal["runs"]));
    }

    private void WriteText() =>
        _terminal.Write(
            "text.txt",
            string.Concat(Enumerable.Range(0, 400).Select(static number => $"the {number % 37} of {number % 11} is said.\n"))
        );
}
