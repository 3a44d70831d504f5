using ModelGen.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

public sealed class GradientPenaltyTests : IDisposable
{
    private const int Batch = 3;

    private readonly DisposeScope _scope;
    private readonly Tensor _real;
    private readonly Tensor _fake;
    private readonly Tensor _mixing;
    private readonly Tensor _hidden;
    private readonly Tensor _output;

    public GradientPenaltyTests()
    {
        _scope = NewDisposeScope();
        _real = Waves(0.1, Batch, 2, 2);
        _fake = Waves(2.3, Batch, 2, 2);
        _mixing = tensor([0.25, 0.9, 0.6]);
        _hidden = Waves(0.7, 5, 4);
        _output = Waves(1.9, 5);
    }

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TheInterpolatedPenaltyIsThatOfFiniteDifferences()
    {
        var points = (_mixing.view(-1, 1, 1) * _real) + ((1 - _mixing).view(-1, 1, 1) * _fake);
        var expected = Slopes(points).Select(static squared => Math.Pow(Math.Sqrt(squared) - 1, 2)).Average();
        Assert.Equal(expected, GradientPenalty.Interpolated(Critic, _real, _fake, _mixing).item<double>(), 1e-8);
    }

    [Fact]
    public void TheZeroCentredPenaltyIsThatOfFiniteDifferences() =>
        Assert.Equal(0.5 * Slopes(_real).Average(), GradientPenalty.ZeroCentred(Critic, _real).item<double>(), 1e-8);

    [Theory]
    [InlineData("interpolated")]
    [InlineData("zero-centred")]
    public void TheCriticsWeightsGetThePenaltysGradient(string kind)
    {
        Tensor Penalty() =>
            kind == "interpolated"
                ? GradientPenalty.Interpolated(Critic, _real, _fake, _mixing)
                : GradientPenalty.ZeroCentred(Critic, _real);
        _hidden.requires_grad_();
        _output.requires_grad_();

        Penalty().backward();

        foreach (var weight in new[] { _hidden, _output })
        {
            var (values, gradient) = (weight.detach().view(-1), weight.grad!.view(-1));
            for (var i = 0; i < values.numel(); i++)
            {
                double At(double shift)
                {
                    values[i] += shift;
                    var penalty = Penalty().item<double>();
                    values[i] -= shift;
                    return penalty;
                }

                Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, gradient[i].item<double>(), 1e-7);
            }
        }
    }

    // D(x) = w x has the gradient w everywhere: the penalties are (‖w‖ − 1)² and ½ ‖w‖², here with ‖w‖ = 5.
    [Fact]
    public void ALinearCriticHasThePenaltyOfItsWeight()
    {
        var weight = tensor([3.0, 0, -4.0, 0]).requires_grad_();
        Tensor Linear(Tensor x) => x.flatten(1).mv(weight);

        var interpolated = GradientPenalty.Interpolated(Linear, _real, _fake);
        interpolated.backward();
        Assert.Equal(16, interpolated.item<double>(), 1e-12);
        AssertClose([2 * 4 * 3 / 5.0, 0, 2 * 4 * -4 / 5.0, 0], weight.grad!);

        weight.grad = null;
        var zeroCentred = GradientPenalty.ZeroCentred(Linear, _real);
        zeroCentred.backward();
        Assert.Equal(12.5, zeroCentred.item<double>(), 1e-12);
        AssertClose([3, 0, -4, 0], weight.grad!);
    }

    [Fact]
    public void ASlopeOfZeroHasAFiniteGradient()
    {
        var weight = zeros(4, ScalarType.Float64).requires_grad_();
        var penalty = GradientPenalty.Interpolated(x => x.flatten(1).mv(weight), _real, _fake);
        penalty.backward();
        Assert.Equal(1, penalty.item<double>());
        AssertClose([0, 0, 0, 0], weight.grad!);
    }

    [Fact]
    public void EachPairIsMixedByANumberOfItsOwn()
    {
        const int Pairs = 4000;
        Tensor Mixed(long seed)
        {
            Tensor? seen = null;
            manual_seed(seed);
            GradientPenalty.Interpolated(
                x =>
                {
                    seen = x.detach().clone();
                    return x.sum([1L, 2L]);
                },
                ones(Pairs, 2, 3),
                zeros(Pairs, 2, 3)
            );
            return seen!;
        }

        var mixed = Mixed(1);
        Assert.True(mixed.eq(mixed.narrow(1, 0, 1).narrow(2, 0, 1)).all().item<bool>());
        Assert.InRange(mixed.min().item<float>(), 0, 0.01);
        Assert.InRange(mixed.max().item<float>(), 0.99, 1);
        Assert.Equal(0.5, mixed.mean().item<float>(), 0.02);
        Assert.Equal(1.0 / 12, mixed.var().item<float>(), 0.005);
        Assert.True(mixed.equal(Mixed(1)).all().item<bool>());
        Assert.False(mixed.equal(Mixed(2)).all().item<bool>());
    }

    [Fact]
    public void SamplesGetNoGradient()
    {
        _real.requires_grad_();
        _fake.requires_grad_();
        _hidden.requires_grad_();
        GradientPenalty.Interpolated(Critic, _real, _fake).backward();
        GradientPenalty.ZeroCentred(Critic, _fake).backward();
        Assert.True(_real.grad is null && _fake.grad is null && _hidden.grad is not null);
    }

    [Fact]
    public void LossesWeighTheirPenalties()
    {
        var mixing = rand(_real.size(0), ScalarType.Float64);
        var interpolated = GradientPenalty.Interpolated(Critic, _real, _fake, mixing).item<double>();
        var (onReal, onFake) = (
            GradientPenalty.ZeroCentred(Critic, _real).item<double>(),
            GradientPenalty.ZeroCentred(Critic, _fake).item<double>()
        );
        double? Penalty(AdversarialLoss loss) => loss.DiscriminatorPenalty(Critic, _real, _fake, mixing)?.item<double>();

        Assert.Equal(10 * interpolated, Penalty(new WassersteinLoss())!.Value, 1e-12);
        Assert.Equal(2 * interpolated, Penalty(new WassersteinLoss { GradientPenalty = 2 })!.Value, 1e-12);
        Assert.Equal((3 * onReal) + (5 * onFake), Penalty(new RelativisticLoss { R1 = 3, R2 = 5 })!.Value, 1e-12);
        Assert.Equal(3 * onReal, Penalty(new RelativisticLoss { R1 = 3, R2 = 0 })!.Value, 1e-12);
        Assert.Equal(5 * onFake, Penalty(new RelativisticLoss { R1 = 0, R2 = 5 })!.Value, 1e-12);
        foreach (
            var loss in new AdversarialLoss[]
            {
                new WassersteinLoss { GradientPenalty = 0 },
                new RelativisticLoss { R1 = 0, R2 = 0 },
                new NonSaturatingLoss(),
                new LeastSquaresLoss(),
                new HingeLoss(),
            }
        )
        {
            Assert.Null(Penalty(loss));
        }
    }

    [Fact]
    public void NothingStaysAlive()
    {
        _hidden.requires_grad_();
        var mixing = rand(_real.size(0), ScalarType.Float64);
        var before = Live;
        foreach (
            var loss in new AdversarialLoss[]
            {
                new WassersteinLoss(),
                new RelativisticLoss(),
                new RelativisticLoss { R2 = 0 },
            }
        )
        {
            using (var penalty = loss.DiscriminatorPenalty(CriticWithoutLeaks, _real, _fake, mixing)!)
            {
                penalty.backward();
            }

            Assert.Equal(before, Live);
        }
    }

    [Fact]
    public void WhatDoesNotFitTogetherIsRefused()
    {
        Assert.Throws<ArgumentException>(() => GradientPenalty.Interpolated(Critic, _real, _fake.flatten(1)));
        Assert.Throws<ArgumentException>(() => GradientPenalty.Interpolated(Critic, _real, _fake, rand(2, ScalarType.Float64)));
        Assert.Contains(
            "[3, 2, 2]",
            Assert.Throws<ArgumentException>(() => GradientPenalty.ZeroCentred(static x => x * 1, _real)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => GradientPenalty.ZeroCentred(static x => x.sum(), _real));
    }

    private Tensor Critic(Tensor x) => x.flatten(1).matmul(_hidden.t()).tanh().matmul(_output.unsqueeze(1)); // [batch, 1]

    private Tensor CriticWithoutLeaks(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Critic(x).MoveToOuterDisposeScope();
    }

    // The squared length of the critic's gradient at each sample, by central differences.
    private double[] Slopes(Tensor samples)
    {
        var slopes = new double[Batch];
        for (var i = 0; i < 4; i++)
        {
            var step = zeros(4, ScalarType.Float64);
            step[i] = 1e-5;
            var shift = step.view(1, 2, 2);
            var differences = ((Critic(samples + shift) - Critic(samples - shift)) / 2e-5).data<double>().ToArray();
            for (var sample = 0; sample < Batch; sample++)
            {
                slopes[sample] += differences[sample] * differences[sample];
            }
        }

        return slopes;
    }

    private static Tensor Waves(double start, params long[] shape) =>
        tensor(
                Enumerable
                    .Range(0, (int)shape.Aggregate(static (product, length) => product * length))
                    .Select(i => Math.Sin(start + (1.3 * i)))
                    .ToArray()
            )
            .reshape(shape);

    private static void AssertClose(double[] expected, Tensor actual)
    {
        foreach (var (value, i) in expected.Select(static (value, i) => (value, i)))
        {
            Assert.Equal(value, actual[i].item<double>(), 1e-12);
        }
    }
}
