using ModelGen.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

public class SupervisedLossTests
{
    private static readonly double[] Output = [0.5, -1.2, 2.0, 0.3, -0.7, 1.1];

    private static readonly double[] Targets = [1.0, 0.25, 0.0, 0.75, 0.5, 1.0];

    private static readonly long[] Labels = [1, 0, 1];

    // For each sample of two numbers, in plain Python with math: o its output, t its target, l its label, s the smoothing, p = 1 / (1 +
    // exp(-o)): squared: mean (o - t)², absolute: mean |o - t|, binary: mean -t log p - (1 - t) log(1 - p), classes: sum over i of -((1 -
    // s) [i = l] + s / 2) (o_i - log sum exp o), with weights w times w_i
    private static readonly Dictionary<string, (SupervisedLoss Loss, double[] PerSample, double[] Accuracy)> Cases = new()
    {
        ["squared"] = (new MeanSquaredErrorLoss(), [1.17625, 2.10125, 0.725], []),
        ["absolute"] = (new MeanAbsoluteErrorLoss(), [0.975, 1.225, 0.65], []),
        ["binary"] = (new BinaryCrossEntropyLoss(), [0.518679725759069, 1.3781416277557492, 0.5202606870004443], [1, 0.5, 1]),
        ["classes"] = (new CrossEntropyLoss(), [1.867786029386266, 0.16778602938626586, 0.15297761052607406], [0, 1, 1]),
        ["smoothed"] = (
            new CrossEntropyLoss { LabelSmoothing = 0.1 },
            [1.782786029386266, 0.2527860293862659, 0.24297761052607408],
            [0, 1, 1]
        ),
        ["weighted"] = (
            new CrossEntropyLoss { ClassWeights = [2, 0.5] },
            [0.933893014693133, 0.3355720587725317, 0.07648880526303703],
            [0, 1, 1]
        ),
        ["weighted and smoothed"] = (
            new CrossEntropyLoss { ClassWeights = [2, 0.5], LabelSmoothing = 0.1 },
            [0.9039769668971029, 0.3654881065685618, 0.2679621260524926],
            [0, 1, 1]
        ),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [MemberData(nameof(Names))]
    public void LossesAreTheirFormulas(string name)
    {
        using var scope = NewDisposeScope();
        var (loss, expected, accuracy) = Cases[name];
        foreach (
            var shape in loss.IsOfClasses
                ? new long[][] { [3, 2] }
                :
                [
                    [3, 2],
                    [3, 1, 2],
                    [3, 2, 1, 1],
                ]
        )
        {
            var output = tensor(Output).reshape(shape);
            var target = loss.IsOfClasses ? tensor(Labels) : tensor(Targets).reshape(shape);
            var before = Live;

            var losses = loss.PerSample(output, target);
            var figures = loss.Figures(output, target);

            Assert.Equal(before + 1 + figures.Count, Live);
            Assert.Equal(expected, losses.data<double>().ToArray(), static (a, b) => Math.Abs(a - b) < 1e-12);
            Assert.Equal(accuracy, figures.SelectMany(static figure => figure.PerSample.to(ScalarType.Float64).data<double>().ToArray()));
            Assert.All(figures, static figure => Assert.Equal("accuracy", figure.Name));
        }
    }

    [Fact]
    public void SmoothingHasARange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new CrossEntropyLoss { LabelSmoothing = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new CrossEntropyLoss { LabelSmoothing = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new CrossEntropyLoss { LabelSmoothing = double.NaN });
    }

    [Fact]
    public void ASampleCountsWhatItsClassWeighs()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(Labels);
        Assert.Null(new CrossEntropyLoss().Weights(labels));
        Assert.Null(new MeanSquaredErrorLoss().Weights(labels));
        Assert.Equal(
            [0.5f, 2, 0.5f],
            new CrossEntropyLoss { ClassWeights = [2, 0.5] }
                .Weights(labels)!
                .data<float>()
                .ToArray()
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AClassWeighsSomething(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss { ClassWeights = [1, weight] });
}
