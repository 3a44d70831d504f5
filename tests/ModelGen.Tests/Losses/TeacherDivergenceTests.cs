using ModelGen.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

/// <summary>How far a model's predictions are from a teacher's.</summary>
public sealed class TeacherDivergenceTests
{
    // from math import exp, log
    // p, q = ([exp(a / T) / sum(exp(b / T) for b in v) for a in v] for v in ([2, -1, 0.5], [0.3, 0.1, -0.7]))
    // sum(a * log(a / b) for a, b in zip(p, q))
    [Theory]
    [InlineData(1, 0.34388079026872775)]
    [InlineData(2, 0.138959433393201)]
    [InlineData(5, 0.027303871434059712)]
    public void ItIsThatOfTheFormula(double temperature, double expected)
    {
        using var scope = NewDisposeScope();
        var teacher = tensor(new[] { 2.0, -1.0, 0.5 }, [1, 3]);
        var scores = tensor(new[] { 0.3, 0.1, -0.7 }, [1, 3]);
        Assert.Equal(expected, TeacherDivergence.Sum(scores, teacher, temperature).item<double>(), 1e-12);
        Assert.Equal(0, TeacherDivergence.Sum(teacher, teacher, temperature).item<double>(), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void TheMeanIsOverEverythingThatIsPredicted(double temperature)
    {
        using var scope = NewDisposeScope();
        manual_seed(5).Dispose();
        var (scores, teacher) = (randn([2, 4, 7], ScalarType.Float64), randn([2, 4, 7], ScalarType.Float64));
        var sum = 0.0;
        for (var row = 0; row < 8; row++)
        {
            var p = (teacher.view(8, 7)[row] / temperature).softmax(0);
            var q = (scores.view(8, 7)[row] / temperature).softmax(0);
            sum += (p * (p / q).log()).sum().item<double>();
        }

        Assert.Equal(sum, TeacherDivergence.Sum(scores, teacher, temperature).item<double>(), 1e-12);
        Assert.Equal(sum / 8, TeacherDivergence.Mean(scores, teacher, temperature).item<double>(), 1e-12);
    }

    // (q - p) / T of each score.
    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    public void ItsGradientIsTheDifferenceOfThePredictions(double temperature)
    {
        using var scope = NewDisposeScope();
        manual_seed(6).Dispose();
        var scores = randn([3, 5], ScalarType.Float64, requires_grad: true);
        var teacher = randn([3, 5], ScalarType.Float64);
        TeacherDivergence.Sum(scores, teacher, temperature).backward();
        var expected = ((scores.detach() / temperature).softmax(1) - (teacher / temperature).softmax(1)) / temperature;
        Assert.True(scores.grad!.allclose(expected, rtol: 0, atol: 1e-12));

        const double Step = 1e-6;
        using var constant = no_grad();
        for (var i = 0; i < 5; i++)
        {
            var up = scores.clone();
            up[1, i].add_(Step);
            var down = scores.clone();
            down[1, i].sub_(Step);
            var slope = TeacherDivergence.Sum(up, teacher, temperature) - TeacherDivergence.Sum(down, teacher, temperature);
            Assert.Equal(slope.item<double>() / (2 * Step), scores.grad![1, i].item<double>(), 1e-8);
        }
    }
}
