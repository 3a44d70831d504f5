using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace ModelGen.Cli.Tests;

/// <summary><c>modelgen compare</c>.</summary>
public sealed class CompareTests : IDisposable
{
    // The first colours of plots.
    private static readonly Rgb24 Blue = new(0, 114, 178);
    private static readonly Rgb24 Vermilion = new(213, 94, 0);
    private static readonly Rgb24 Green = new(0, 158, 115);

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void WhatDiffersIsSideBySideAndTheBetterValueIsMarked()
    {
        Write();

        var (code, output, error) = _terminal.Run("compare", "runs/a", "runs/deep/b");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            """
                                 a                 deep/b
            model                Writer            Writer
            started (UTC)        2026-03-01 12:00  2026-03-01 12:00
            state                finished          finished
            steps                40/40             40/40

            settings that differ:
            seed                 1                 7
            training.average     -                 none

            what they ran on, where it differs:
            spec                 aaaaaaaaaaaa      bbbbbbbbbbbb
            device               cpu               cpu, then cuda:1

            last metrics:
            validation_loss      1.5000 *          3.5000
            train_loss           2 *               4
            learning_rate        0.001             0.001
            tokens_per_second    123.4000          123.4000

            evaluation:
            next_token_accuracy  0.5000            0.7500 *
            distinct_1           0.2500            0.5000
            frechet_distance     12.5000           -

            * is the better value.

            The losses are plotted in compare.png.

            """,
            output
        );
    }

    [Fact]
    public void ThePlotHasACurveForEachRunInItsColour()
    {
        Write();
        _ = new WrittenRun(_terminal, "runs/none").Manifest(null);

        var (code, output, _) = _terminal.Run("compare", "runs/a", "runs/deep/b", "runs/none", "--out", "plots/größe.png");

        Assert.Equal(0, code);
        Assert.EndsWith("\nThe losses are plotted in plots/größe.png.\n", output);
        using var image = Image.Load<Rgb24>(_terminal["plots/größe.png"]);
        Assert.Equal((900, 560), (image.Width, image.Height));
        var places = Places(image);

        // The legend alone has some hundred pixels of a colour, which is all that a run without a loss has.
        Assert.InRange(places[Blue].Count, 1000, 6000);
        Assert.InRange(places[Vermilion].Count, 1000, 6000);
        Assert.InRange(places[Green].Count, 50, 200);

        // The loss of b is higher throughout: from 5 to 3.5 and not from 3 to 1.5.
        Assert.True(
            places[Vermilion].Where(InPlot).Average(static place => place.Y)
                < places[Blue].Where(InPlot).Average(static place => place.Y) - 100
        );

        static bool InPlot((int X, int Y) place) => place.Y > 60;
    }

    /// <summary>On a linear axis, the lower of these losses would lie within a few pixels.</summary>
    [Fact]
    public void LossesOfDifferentSizesAreBothSeen()
    {
        _ = new WrittenRun(_terminal, "a", 40, 500, 400, 300, 250).Manifest();
        _ = new WrittenRun(_terminal, "b", 40, 5, 4, 3, 2).Manifest();

        Assert.Equal(0, _terminal.Run("compare", "a", "b").Code);

        using var image = Image.Load<Rgb24>(_terminal["compare.png"]);
        var rows = Places(image)[Vermilion].Select(static place => place.Y).Where(static row => row > 60).ToList();
        Assert.InRange(rows.Max() - rows.Min(), 50, 400);
    }

    [Fact]
    public void JsonHasTheWholeValues()
    {
        Write();

        var (code, output, _) = _terminal.Run("compare", "--json", "runs/a", "runs/deep/b", "--out", "c.png");

        Assert.Equal(0, code);
        var root = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["a", "deep/b"], root.GetProperty("runs").EnumerateArray().Select(static run => run.GetProperty("name").GetString()));
        Assert.Equal(
            """[{"name":"seed","values":["1","7"]},{"name":"training.average","values":[null,"none"]}]""",
            JsonSerializer.Serialize(root.GetProperty("settings"))
        );
        Assert.Equal(new string('b', 64), root.GetProperty("environment")[0].GetProperty("values")[1].GetString());
        Assert.Equal(
            """{"source":"metrics","name":"validation_loss","values":[1.5,3.5],"better":[0]}""",
            JsonSerializer.Serialize(root.GetProperty("measures")[0])
        );
        Assert.Equal(
            """{"source":"evaluation","name":"frechet_distance","values":[12.5,null],"better":[]}""",
            JsonSerializer.Serialize(root.GetProperty("measures").EnumerateArray().Last())
        );
        Assert.Equal("c.png", root.GetProperty("plot").GetString());
        Assert.True(File.Exists(_terminal["c.png"]));
    }

    /// <summary>A loss per token and one per image, or over other texts, say nothing beside each other.</summary>
    [Theory]
    [InlineData("data", "other data")]
    [InlineData("objective", "ElboObjective")]
    [InlineData("objective.loss.label-smoothing", "0.1")]
    public void LossesThatCannotBeComparedAreNotMarked(string setting, string value)
    {
        _ = new WrittenRun(_terminal, "a", 40, 3, 2).Manifest().Evaluation("e", ("validation_accuracy", 0.5), ("frechet_distance", 3));
        var other = new WrittenRun(_terminal, "b", 40, 5, 4);
        other.Settings[setting] = value;
        _ = other.Manifest().Evaluation("e", ("validation_accuracy", 0.75), ("frechet_distance", 4));

        var output = _terminal.Run("compare", "a", "b").Output;

        // Distances in the same features can be compared however a model was trained.
        Assert.Single(output.Split('\n'), static line => line.Contains(" *", StringComparison.Ordinal));
        Assert.Matches("\nfrechet_distance +3 \\* +4\n", output);
        Assert.Contains(
            "\nNo value is marked as better in validation_loss, train_loss, validation_accuracy: the runs have other data, another objective or "
                + "another way of being evaluated.\n",
            output
        );
    }

    [Fact]
    public void DistancesInOtherFeaturesAreNotMarked()
    {
        _ = new WrittenRun(_terminal, "a", 40, 3, 2).Manifest().Evaluation("e", ("frechet_distance", 3));
        _ = new WrittenRun(_terminal, "b", 40, 3, 2).Manifest().Evaluation("f", ("frechet_distance", 4));

        var output = _terminal.Run("compare", "a", "b").Output;

        Assert.DoesNotContain(" *", output);
        Assert.Contains("\n\nNo setting differs.\n\nlast metrics:\n", output);
        Assert.Contains("No value is marked as better in frechet_distance:", output);
    }

    [Fact]
    public void NanIsNeverBetterAndNeitherAreEqualValues()
    {
        _ = new WrittenRun(_terminal, "a", 40, 3, double.NaN).Manifest();
        _ = new WrittenRun(_terminal, "b", 40, 3, 2).Manifest();
        _ = new WrittenRun(_terminal, "c", 40, 3, 2).Manifest();

        Assert.Contains(
            "\nvalidation_loss    NaN               1.5000 *          1.5000 *\n",
            _terminal.Run("compare", "a", "b", "c").Output
        );
        Assert.DoesNotContain(" *", _terminal.Run("compare", "b", "c", "--force").Output);
    }

    [Fact]
    public void AFileThatIsThereIsReplacedOnlyByForce()
    {
        Write();
        _terminal.Write("compare.png", "mine");

        Assert.Equal(
            (1, "", "error: There is a file 'compare.png' already; --force replaces it, --out names another.\n"),
            _terminal.Run("compare", "runs/a", "runs/deep/b")
        );
        Assert.Equal("mine", _terminal.Read("compare.png"));
        Assert.Equal(0, _terminal.Run("compare", "runs/a", "runs/deep/b", "--force").Code);
        Assert.Equal((900, 560), (Image.Identify(_terminal["compare.png"]).Width, Image.Identify(_terminal["compare.png"]).Height));
    }

    [Fact]
    public void NamesThatThePlotCannotWriteAreNumbered()
    {
        _ = new WrittenRun(_terminal, "größe", 40, 3, 2).Manifest();
        _ = new WrittenRun(_terminal, "b", 40, 3, 2).Manifest();

        Assert.EndsWith(
            "\nThe losses are plotted in compare.png.\nThere, run 1 is größe.\n",
            _terminal.Run("compare", "größe", "b").Output
        );
    }

    [Fact]
    public void WhatIsDamagedIsToldBelowTheRest()
    {
        Write();
        _terminal.Write("runs/a/evaluation.json", "{");

        var (code, output, _) = _terminal.Run("compare", "runs/a", "runs/deep/b");

        Assert.Equal(1, code);
        Assert.Contains("\nnext_token_accuracy  -                 0.7500\n", output);
        Assert.Contains("\nruns/a: evaluation.json is damaged, or written by another version: it is no JSON from line 1 on.\n", output);
    }

    [Fact]
    public void WithoutALossNothingIsPlotted()
    {
        _ = new WrittenRun(_terminal, "a").Manifest(null);
        _ = new WrittenRun(_terminal, "b").Manifest(null);

        var (code, output, _) = _terminal.Run("compare", "a", "b");

        Assert.Equal(0, code);
        Assert.EndsWith("\nNo run has a loss to plot.\n", output);
        Assert.False(File.Exists(_terminal["compare.png"]));
    }

    [Theory]
    [InlineData("There is no folder 'nothing'.", "runs/a", "nothing")]
    [InlineData("'notes.txt' is a file, not the folder of a run, or of several.", "runs/a", "notes.txt")]
    [InlineData("The folder 'runs' has no run: it has no manifest.json of one; 'modelgen runs' lists runs.", "runs", "runs/a")]
    [InlineData("The run './runs/a/' is given twice.", "runs/a", "./runs/a/")]
    [InlineData("'folder.png' is a folder; --out takes the name of a PNG file.", "runs/a", "runs/deep/b", "--out", "folder.png")]
    public void WhatCannotBeComparedIsOneSentence(string message, params string[] arguments)
    {
        Write();
        _terminal.Write("notes.txt", "");
        _terminal.Write("folder.png/notes.txt", "");

        Assert.Equal((1, "", $"error: {message}\n"), _terminal.Run(["compare", .. arguments]));
    }

    [Theory]
    [InlineData("2 to 8 runs can be compared: no plot tells more curves apart.")]
    [InlineData("2 to 8 runs can be compared: no plot tells more curves apart.", "a")]
    [InlineData("2 to 8 runs can be compared: no plot tells more curves apart.", "1", "2", "3", "4", "5", "6", "7", "8", "9")]
    [InlineData("'a.jpg' is no name for a PNG file; let it end in .png.", "a", "b", "--out", "a.jpg")]
    [InlineData("There is no option '--al'.", "a", "b", "--al")]
    public void AWrongCommandLineIsCode2(string message, params string[] arguments) =>
        Assert.Equal((2, "", $"{message}\n'modelgen compare --help' tells more.\n"), _terminal.Run(["compare", .. arguments]));

    private static Dictionary<Rgb24, List<(int X, int Y)>> Places(Image<Rgb24> image)
    {
        var places = new Dictionary<Rgb24, List<(int X, int Y)>>();
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                if (!places.TryGetValue(image[x, y], out var found))
                {
                    places.Add(image[x, y], found = []);
                }

                found.Add((x, y));
            }
        }

        return places;
    }

    private void Write()
    {
        _ = new WrittenRun(_terminal, "runs/a", 40, 3, 2.5, 2.25, 2)
            .Manifest()
            .Evaluation(null, ("next_token_accuracy", 0.5), ("distinct_1", 0.25), ("frechet_distance", 12.5));
        var b = new WrittenRun(_terminal, "runs/deep/b", 40, 5, 4.5, 4.25, 4);
        b.Settings["seed"] = "7";
        b.Settings["training.average"] = "none";
        b.Environment["spec_sha256"] = new string('b', 64);
        _ = b.Sessions(("cancelled", 20), ("finished", 40)).Evaluation(null, ("next_token_accuracy", 0.75), ("distinct_1", 0.5));
    }
}
