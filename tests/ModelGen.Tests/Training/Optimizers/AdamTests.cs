using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = ModelGen.Training.Optimizers.Adam;

namespace ModelGen.Tests.Training.Optimizers;

public class AdamTests
{
    private const int Steps = 7;

    private static readonly AdamOptions Options = new()
    {
        LearningRate = 0.05,
        Betas = (0.5, 0.999),
        Epsilon = 1e-3,
    };

    // Kingma and Ba's algorithm 1 in double precision, one value at a time.
    [Fact]
    public void FollowsThePublishedFormula()
    {
        using var scope = NewDisposeScope();
        var parameters = CreateParameters();
        var values = parameters.Select(static parameter => Doubles(parameter.Value)).ToArray();
        var means = values.Select(static each => new double[each.Length]).ToArray();
        var squares = values.Select(static each => new double[each.Length]).ToArray();
        using var optimizer = Options.Create(parameters);

        for (var step = 1; step <= Steps; step++)
        {
            var learningRate = Options.LearningRate / step;
            for (var index = 0; index < parameters.Length; index++)
            {
                var gradient = Gradient(index, step, parameters[index].Value);
                for (var i = 0; i < gradient.Length; i++)
                {
                    means[index][i] = (0.5 * means[index][i]) + (0.5 * gradient[i]);
                    squares[index][i] = (0.999 * squares[index][i]) + (0.001 * gradient[i] * gradient[i]);
                    var mean = means[index][i] / (1 - Math.Pow(0.5, step));
                    var square = squares[index][i] / (1 - Math.Pow(0.999, step));
                    values[index][i] -= learningRate * mean / (Math.Sqrt(square) + 1e-3);
                }
            }

            optimizer.Step(learningRate);
        }

        Assert.Equal(Steps, optimizer.StepCount);
        for (var index = 0; index < parameters.Length; index++)
        {
            AssertClose(values[index], parameters[index].Value);
            AssertClose(means[index], optimizer.State[$"exp_avg.{parameters[index].Name}"]);
            AssertClose(squares[index], optimizer.State[$"exp_avg_sq.{parameters[index].Name}"]);
        }
    }

    [Fact]
    public void FollowsTorchSharpsOwnAdam()
    {
        using var scope = NewDisposeScope();
        var ours = CreateParameters();
        var theirs = CreateParameters();
        using var optimizer = new Adam(ours, Options);
        using var other = optim.Adam(
            theirs.Select(static parameter => parameter.Value),
            Options.LearningRate,
            Options.Betas.First,
            Options.Betas.Second,
            Options.Epsilon
        );
        for (var step = 1; step <= Steps; step++)
        {
            for (var index = 0; index < ours.Length; index++)
            {
                Gradient(index, step, ours[index].Value);
                Gradient(index, step, theirs[index].Value);
            }

            optimizer.Step(Options.LearningRate);
            other.step();
        }

        for (var index = 0; index < ours.Length; index++)
        {
            AssertClose(Doubles(theirs[index].Value), ours[index].Value);
        }
    }

    [Theory]
    [InlineData(0, 0.5, 0.999, 1e-8)]
    [InlineData(0.1, -0.1, 0.999, 1e-8)]
    [InlineData(0.1, 0.5, 1.0, 1e-8)]
    [InlineData(0.1, 0.5, 0.999, 0)]
    public void RefusesSettingsOutOfRange(double learningRate, double first, double second, double epsilon)
    {
        using var scope = NewDisposeScope();
        var options = new AdamOptions
        {
            LearningRate = learningRate,
            Betas = (first, second),
            Epsilon = epsilon,
        };
        Assert.Throws<ArgumentException>(() => new Adam(CreateParameters(), options));
    }

    private static NamedParameter[] CreateParameters() =>
        [
            new(
                "matrix",
                new Parameter(tensor(Enumerable.Range(0, 12).Select(static i => (float)Math.Sin(i + 1)).ToArray()).reshape(3, 4))
            ),
            new("bias", new Parameter(tensor(Enumerable.Range(0, 5).Select(static i => (float)Math.Cos(i + 1)).ToArray()))),
        ];

    private static float[] Gradient(int index, int step, Parameter parameter)
    {
        var gradient = Enumerable.Range(0, (int)parameter.numel()).Select(i => (float)Math.Sin((10 * index) + (3 * step) + i)).ToArray();
        parameter.grad = tensor(gradient).reshape(parameter.shape);
        return gradient;
    }

    private static double[] Doubles(Tensor values) => [.. values.detach().reshape(-1).data<float>().Select(static value => (double)value)];

    private static void AssertClose(double[] expected, Tensor actual)
    {
        foreach (var (value, now) in expected.Zip(Doubles(actual)))
        {
            Assert.Equal(value, now, 2e-6);
        }
    }
}
