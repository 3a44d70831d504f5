using System.Text.Json;
using ModelGen.Data;
using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Tests.Models;
using ModelGen.Tests.Training;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Runs;

public sealed class LearningRateRangeTestTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new SgdOptions { LearningRate = 123 },
        Schedule = new CosineSchedule { Warmup = Duration.Tokens(5) }, // not this run's
        BatchSize = 4,
        Duration = Duration.Epochs(7),
        Validation = new ValidationOptions { Every = Duration.Steps(1), Fraction = 0.1 },
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(1) },
        Average = 0.99,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void APointIsTheLossOfAStepAtItsRateAndTheSuggestionATenthOfTheBest()
    {
        // From a program in another language: w ← w − r λ (w − ξ) with λ = 4 from w = 10, r from 1e-4 to 10 in 200 steps.
        using var parabola = new Parabola(4);
        var range = Test(parabola, lowest: 1e-4).Run(_folder["run"]);
        Assert.Equal(160, range.Points.Count);
        AssertPoint(0, 0.0001, 288.0, 288.0);
        AssertPoint(1, 0.0001059560179277616, 161.82724608, 221.5932874105264);
        AssertPoint(50, 0.001804186409392072, 125.34096667289664, 172.84425697662226);
        AssertPoint(100, 0.03255088599835057, 0.015267561712908943, 25.061995033606287);
        AssertPoint(128, 0.1644676177994664, 1.048457400351681, 6.964245003869417);
        AssertPoint(159, 0.9884959046625588, 27563.116698373065, 3137.5678072373453);
        Assert.Equal(0.01644676177994664, range.Suggestion!.Value, 1e-12);

        var lines = File.ReadAllLines(_folder["run/learning-rates.jsonl"])
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Equal(
            range.Points.Select(static (point, index) => (index + 1L, point.LearningRate, point.Loss)),
            lines.Select(static line =>
                (
                    line.GetProperty("step").GetInt64(),
                    line.GetProperty("learning_rate").GetDouble(),
                    line.GetProperty("train_loss").GetDouble()
                )
            )
        );
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(File.ReadAllBytes(_folder["run/learning-rates.png"])[..8]));

        void AssertPoint(int index, double rate, double loss, double smoothed)
        {
            var point = range.Points[index];
            Assert.Equal(1, point.LearningRate / rate, 1e-12);
            Assert.Equal(1, point.Loss / loss, 1e-10);
            Assert.Equal(1, point.SmoothedLoss / smoothed, 1e-10);
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(4)]
    [InlineData(60)]
    public void TheBestRateIsStableAndTheLossExplodesSoonAfterTheRatesThatAre(double curvature)
    {
        using var parabola = new Parabola(curvature);
        var range = Test(parabola, lowest: 1e-5).Run(_folder.ToString());
        var limit = 2 / curvature;
        Assert.InRange(10 * range.Suggestion!.Value, limit / 20, limit);
        Assert.InRange(range.Points[^1].LearningRate, limit, 5 * limit);
    }

    [Fact]
    public void ALossThatNeverExplodesIsWatchedToTheHighestRate()
    {
        using var parabola = new Parabola(1e-3);
        var range = Test(parabola, lowest: 1e-3, highest: 1, steps: 7).Run(_folder.ToString());
        Assert.Equal(
            [1e-3, 1e-2, 1e-1, 1],
            range.Points.Where(static (_, index) => index % 2 == 0).Select(static point => Math.Round(point.LearningRate, 12))
        );
        Assert.Equal(7, range.Points.Count);

        // A twentieth of seven steps is less than one.
        Assert.All(range.Points, static point => Assert.Equal(point.Loss, point.SmoothedLoss));
        Assert.Single(Test(parabola, steps: 1).Run(_folder.ToString()).Points);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheModelIsAfterwardsAsItWas(bool isTraining)
    {
        using var parabola = new Parabola(4);
        parabola.Number.train(isTraining);
        parabola.Number.Frozen.train(!isTraining);
        var before = Bytes(parabola.Model);
        Test(parabola).Run(_folder.ToString());
        Assert.Equal(before, Bytes(parabola.Model));
        Assert.Equal((isTraining, !isTraining), (parabola.Number.training, parabola.Number.Frozen.training));
        Assert.Null(parabola.Number.Value.grad);

        // The same from what it was.
        Assert.Equal(Test(parabola).Run(_folder.ToString()).Points, Test(parabola).Run(_folder.ToString()).Points);
    }

    [Fact]
    public void ALanguageModelIsAfterwardsAsItWasAndNothingLeaks()
    {
        using var data = TokenDataset.Create(
            string.Concat(Enumerable.Range(0, 300).Select(static i => $"{i} plus {i % 7}.\n")),
            new ByteTokenizer(),
            16,
            0.1
        );
        using var model = new CharacterGpt(dropout: 0.1);
        var objective = model.CreateObjective(data);
        var before = Bytes(model);
        var test = new LearningRateRangeTest(
            objective,
            Options with
            {
                Optimizer = new AdamWOptions { LearningRate = 1 },
                ClipNorm = 1,
            },
            seed: 3
        )
        {
            Steps = 20,
            Lowest = 1e-4,
            Highest = 1,
        };
        test.Run(_folder.ToString());
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var range = test.Run(_folder.ToString());
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(before, Bytes(model));
        Assert.InRange(range.Suggestion!.Value, 1e-4, 1e-1);
    }

    [Fact]
    public void ALossThatIsNoNumberEndsTheTest()
    {
        using var parabola = new Parabola(4) { Before = static step => step == 30 ? double.NaN : 0 };
        var before = Bytes(parabola.Model);
        var range = Test(parabola).Run(_folder.ToString());
        Assert.Equal(30, range.Points.Count);
        Assert.Equal(30, File.ReadAllLines(_folder["learning-rates.jsonl"]).Length);
        Assert.Equal(before, Bytes(parabola.Model));

        using var hopeless = new Parabola(4) { Before = static _ => double.NaN };
        Assert.StartsWith(
            "The loss or its gradients are already NaN or infinite at the first step",
            Assert.Throws<ModelGenException>(() => Test(hopeless).Run(_folder.ToString())).Message
        );
    }

    [Fact]
    public void OtherErrorsAndACancellationComeOutAndTheModelIsAsItWas()
    {
        using var cancellation = new CancellationTokenSource();
        using var broken = new Parabola(4) { Before = static step => step == 5 ? throw new ModelGenException("The data are gone.") : 0 };
        using var stopped = new Parabola(4) { Before = step => CancelAt(step, 5, cancellation) };
        var (first, second) = (Bytes(broken.Model), Bytes(stopped.Model));
        Assert.Equal("The data are gone.", Assert.Throws<ModelGenException>(() => Test(broken).Run(_folder.ToString())).Message);
        Assert.Throws<OperationCanceledException>(() => Test(stopped).Run(_folder.ToString(), cancellation.Token));
        Assert.Equal((first, second), (Bytes(broken.Model), Bytes(stopped.Model)));
    }

    [Fact]
    public void WhereNoRateMakesTheLossFallNoneIsSuggested()
    {
        using var parabola = new Parabola(4, from: -2) { Before = static step => step * step };
        var range = Test(parabola).Run(_folder.ToString());
        Assert.Null(range.Suggestion);
        Assert.True(range.Points[^1].SmoothedLoss > 4 * range.Points[0].SmoothedLoss);
        Assert.True(File.Exists(_folder["learning-rates.png"]));
    }

    [Fact]
    public void TheImageShowsTheSuggestionAtItsRate()
    {
        var points = Enumerable
            .Range(0, 41)
            .Select(static i => new LearningRatePoint(
                Math.Pow(10, -4 + (i / 10.0)),
                i < 30 ? 5 - (i / 10.0) : 1e300,
                i < 30 ? 5.5 - (i / 10.0) : double.MaxValue
            ))
            .ToList();
        var canvas = LearningRatePlot.Draw(new LearningRateRange(points, 1e-2));
        var line = (
            from y in Enumerable.Range(60, canvas.Height - 60)
            from x in Enumerable.Range(0, canvas.Width)
            where canvas[x, y] == Palette.Series[2]
            select x
        ).ToList();

        // Four decades with a margin of 2 % at both ends: 1e-2 lies in the middle of 110 … 876.
        Assert.True(line.Count > 300);
        Assert.All(line, static x => Assert.InRange(x, 490, 496));
        var smoothed = (
            from y in Enumerable.Range(60, canvas.Height - 60)
            from x in Enumerable.Range(0, canvas.Width)
            where canvas[x, y] == Palette.Series[1]
            select x
        ).ToList();
        Assert.InRange(smoothed.Min(), 110, 130);
        Assert.InRange(smoothed.Max(), 660, 690);
    }

    [Fact]
    public void WhatCannotBeTestedIsRefused()
    {
        using var players = new TwoPlayers();
        Assert.Contains(
            "it is trained as a game",
            Assert.Throws<ModelGenException>(() => new LearningRateRangeTest(players, Options)).Message
        );
        using var parabola = new Parabola(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Test(parabola, lowest: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Test(parabola, highest: double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => Test(parabola, steps: 0));
        Assert.Throws<ArgumentException>(() => Test(parabola, lowest: 1, highest: 1).Run(_folder.ToString()));
    }

    private static LearningRateRangeTest Test(Objective objective, double lowest = 1e-6, double highest = 10, int steps = 200) =>
        new(objective, Options, seed: 1)
        {
            Lowest = lowest,
            Highest = highest,
            Steps = steps,
        };

    private static double CancelAt(long step, long at, CancellationTokenSource cancellation)
    {
        if (step == at)
        {
            cancellation.Cancel();
        }

        return 0;
    }

    private static string Bytes(nn.Module model) =>
        string.Concat(model.state_dict().Select(static entry => $"{entry.Key} {Convert.ToHexString(entry.Value.bytes)}\n"));
}
