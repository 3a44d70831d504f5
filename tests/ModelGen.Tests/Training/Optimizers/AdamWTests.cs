using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = ModelGen.Training.Optimizers.AdamW;

namespace ModelGen.Tests.Training.Optimizers;

public class AdamWTests
{
    private const int Steps = 7;

    private static readonly AdamWOptions Options = new()
    {
        LearningRate = 0.05,
        WeightDecay = 0.3,
        Betas = (0.8, 0.95),
        Epsilon = 1e-3,
    };

    [Fact]
    public void FollowsThePublishedFormulaWithDecayOnMatricesOnly()
    {
        using var scope = NewDisposeScope();
        var parameters = CreateParameters();
        var expected = parameters.Select(parameter => new FormulaAdamW(parameter.Value)).ToArray();
        using var optimizer = new AdamW(parameters, Options);

        for (var step = 1; step <= Steps; step++)
        {
            // A learning rate that moves, as under a schedule.
            var learningRate = Options.LearningRate / step;
            for (var index = 0; index < parameters.Length; index++)
            {
                var gradient = Gradient(index, step, parameters[index].Value.numel());
                parameters[index].Value.grad = tensor(gradient.Select(static value => (float)value).ToArray())
                    .reshape(parameters[index].Value.shape);
                expected[index].Step(gradient, learningRate, step);
            }

            optimizer.Step(learningRate);
        }

        Assert.Equal(Steps, optimizer.StepCount);
        for (var index = 0; index < parameters.Length; index++)
        {
            AssertClose(expected[index].Values, parameters[index].Value);
            AssertClose(expected[index].Means, optimizer.State[$"exp_avg.{parameters[index].Name}"]);
            AssertClose(expected[index].Squares, optimizer.State[$"exp_avg_sq.{parameters[index].Name}"]);
        }
    }

    [Fact]
    public void FollowsTorchSharpsOwnAdamW()
    {
        using var scope = NewDisposeScope();
        var ours = CreateParameters();
        var theirs = CreateParameters();
        using var optimizer = new AdamW(ours, Options);
        var matrices = theirs.Where(static parameter => parameter.Value.dim() >= 2).Select(static parameter => parameter.Value);
        var others = theirs.Where(static parameter => parameter.Value.dim() < 2).Select(static parameter => parameter.Value);
        using var decayed = optim.AdamW(
            matrices,
            Options.LearningRate,
            Options.Betas.First,
            Options.Betas.Second,
            Options.Epsilon,
            Options.WeightDecay
        );
        using var undecayed = optim.AdamW(
            others,
            Options.LearningRate,
            Options.Betas.First,
            Options.Betas.Second,
            Options.Epsilon,
            weight_decay: 0
        );

        for (var step = 1; step <= Steps; step++)
        {
            for (var index = 0; index < ours.Length; index++)
            {
                var gradient = Gradient(index, step, ours[index].Value.numel()).Select(static value => (float)value).ToArray();
                ours[index].Value.grad = tensor(gradient).reshape(ours[index].Value.shape);
                theirs[index].Value.grad = tensor(gradient).reshape(theirs[index].Value.shape);
            }

            optimizer.Step(Options.LearningRate);
            decayed.step();
            undecayed.step();
        }

        for (var index = 0; index < ours.Length; index++)
        {
            AssertClose([.. theirs[index].Value.data<float>().Select(static value => (double)value)], ours[index].Value);
        }
    }

    [Fact]
    public void ParametersWithoutGradientKeepTheirValueAndState()
    {
        using var scope = NewDisposeScope();
        var parameters = CreateParameters();
        using var optimizer = new AdamW(parameters, Options);
        var before = parameters[0].Value.detach().clone();
        parameters[1].Value.grad = ones_like(parameters[1].Value);

        optimizer.Step(0.1);

        Assert.True(before.equal(parameters[0].Value).all().item<bool>());
        Assert.Equal(0, optimizer.State[$"exp_avg.{parameters[0].Name}"].abs().sum().item<float>());
        Assert.NotEqual(0, optimizer.State[$"exp_avg.{parameters[1].Name}"].abs().sum().item<float>());
    }

    [Theory]
    [InlineData(0, 0.1, 0.9, 0.99, 1e-8)]
    [InlineData(double.NaN, 0.1, 0.9, 0.99, 1e-8)]
    [InlineData(0.1, -0.1, 0.9, 0.99, 1e-8)]
    [InlineData(0.1, 0.1, 1.0, 0.99, 1e-8)]
    [InlineData(0.1, 0.1, 0.9, -0.1, 1e-8)]
    [InlineData(0.1, 0.1, 0.9, 0.99, 0)]
    public void RefusesSettingsOutOfRange(double learningRate, double decay, double first, double second, double epsilon)
    {
        using var scope = NewDisposeScope();
        var options = new AdamWOptions
        {
            LearningRate = learningRate,
            WeightDecay = decay,
            Betas = (first, second),
            Epsilon = epsilon,
        };
        Assert.Throws<ArgumentException>(() => new AdamW(CreateParameters(), options));
    }

    private static NamedParameter[] CreateParameters() =>
        [
            new(
                "matrix",
                new Parameter(tensor(Enumerable.Range(0, 12).Select(static i => (float)Math.Sin(i + 1)).ToArray()).reshape(3, 4))
            ),
            new("bias", new Parameter(tensor(Enumerable.Range(0, 5).Select(static i => (float)Math.Cos(i + 1)).ToArray()))),
            new(
                "kernel",
                new Parameter(tensor(Enumerable.Range(0, 8).Select(static i => (float)Math.Sin(2 * i)).ToArray()).reshape(2, 2, 2))
            ),
        ];

    private static double[] Gradient(int parameter, int step, long count) =>
        [.. Enumerable.Range(0, (int)count).Select(i => (double)(float)Math.Sin((10 * parameter) + (3 * step) + i))];

    private static void AssertClose(double[] expected, Tensor actual)
    {
        var values = actual.detach().reshape(-1).data<float>().ToArray();
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index], values[index], 2e-6);
        }
    }

    /// <summary>Loshchilov and Hutter's algorithm 2 in double precision, one value at a time.</summary>
    private sealed class FormulaAdamW(Tensor start)
    {
        private readonly bool _decays = start.dim() >= 2;

        public double[] Values { get; } = [.. start.detach().reshape(-1).data<float>().Select(static value => (double)value)];

        public double[] Means { get; } = new double[start.numel()];

        public double[] Squares { get; } = new double[start.numel()];

        public void Step(double[] gradient, double learningRate, int step)
        {
            var (beta1, beta2) = Options.Betas;
            for (var i = 0; i < Values.Length; i++)
            {
                if (_decays)
                {
                    Values[i] -= learningRate * Options.WeightDecay * Values[i];
                }

                Means[i] = (beta1 * Means[i]) + ((1 - beta1) * gradient[i]);
                Squares[i] = (beta2 * Squares[i]) + ((1 - beta2) * gradient[i] * gradient[i]);
                var mean = Means[i] / (1 - Math.Pow(beta1, step));
                var square = Squares[i] / (1 - Math.Pow(beta2, step));
                Values[i] -= learningRate * mean / (Math.Sqrt(square) + Options.Epsilon);
            }
        }
    }
}
