using ModelGen.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

public class AdversarialLossTests
{
    private static readonly double[] Real = [1.5, -0.3, 0.8, -2.0, 0.25];

    private static readonly double[] Fake = [-0.7, 0.4, 2.1, -1.6, -0.9];

    // import numpy as np
    // real = np.array([1.5, -0.3, 0.8, -2.0, 0.25]); fake = np.array([-0.7, 0.4, 2.1, -1.6, -0.9]); s = 0.1
    // p = 1 / (1 + np.exp(-real)); q = 1 / (1 + np.exp(-fake))
    // non-saturating: np.mean(-np.log(p)) + np.mean(-np.log(1 - q)), np.mean(-np.log(q))
    // smoothed:       np.mean(-(1 - s) * np.log(p) - s * np.log(1 - p)) + np.mean(-np.log(1 - q)), np.mean(-np.log(q))
    // least squares:  0.5 * np.mean((real - 1) ** 2) + 0.5 * np.mean(fake ** 2), 0.5 * np.mean((fake - 1) ** 2)
    // hinge:          np.mean(np.maximum(0, 1 - real)) + np.mean(np.maximum(0, 1 + fake)), -fake.mean()
    // Wasserstein:    fake.mean() - real.mean(), -fake.mean()
    // relativistic:   np.mean(np.log1p(np.exp(fake - real))), np.mean(np.log1p(np.exp(real - fake)))
    private static readonly Dictionary<string, (AdversarialLoss Loss, double Discriminator, double Generator)> Cases = new()
    {
        ["non-saturating"] = (new NonSaturatingLoss(), 1.637302411881293, 0.9513550880171184),
        ["smoothed"] = (new NonSaturatingLoss { LabelSmoothing = 0.1 }, 1.6423024118812932, 0.9513550880171184),
        ["least squares"] = (new LeastSquaresLoss(), 1.99725, 1.483),
        ["hinge"] = (new HingeLoss(), 2.03, 0.14),
        ["Wasserstein"] = (new WassersteinLoss(), -0.19, 0.14),
        ["relativistic"] = (new RelativisticLoss(), 0.7874747316146994, 0.9774747316146992),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [MemberData(nameof(Names))]
    public void LossesAreTheirFormulas(string name)
    {
        using var scope = NewDisposeScope();
        var (loss, discriminator, generator) = Cases[name];
        foreach (var shape in new long[][] { [5], [5, 1], [1, 1, 5, 1] })
        {
            var (real, fake) = (tensor(Real).reshape(shape), tensor(Fake).reshape(shape));
            Assert.Equal(discriminator, Scalar(loss.DiscriminatorLoss(real, fake)), 1e-12);
            Assert.Equal(generator, Scalar(loss.GeneratorLoss(loss.GeneratorSeesReal ? real : null, fake)), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsAreThoseOfFiniteDifferences(string name)
    {
        using var scope = NewDisposeScope();
        var loss = Cases[name].Loss;
        foreach (var side in new Func<Tensor, Tensor, Tensor>[] { loss.DiscriminatorLoss, loss.GeneratorLoss })
        {
            var both = tensor([.. Real, .. Fake]).requires_grad_();
            side(both.narrow(0, 0, 5), both.narrow(0, 5, 5)).backward();
            double[] values = [.. Real, .. Fake];
            for (var i = 0; i < values.Length; i++)
            {
                double At(double shift)
                {
                    double[] shifted = [.. values.Select((value, j) => j == i ? value + shift : value)];
                    return Scalar(side(tensor(shifted[..5]), tensor(shifted[5..])));
                }

                Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, both.grad![i].item<double>(), 1e-8);
            }
        }
    }

    // Where σ(score) is 0 or 1 in single precision, log σ is still the score and its gradient still 1.
    [Fact]
    public void ScoresFarFromZeroKeepTheirLossAndGradient()
    {
        using var scope = NewDisposeScope();
        var real = tensor([-300f]).requires_grad_();
        var fake = tensor([200f]).requires_grad_();

        foreach (var (loss, expected) in new (AdversarialLoss, float)[] { (new NonSaturatingLoss(), 500), (new RelativisticLoss(), 500) })
        {
            var value = loss.DiscriminatorLoss(real, fake);
            Assert.Equal(expected, value.item<float>());
            real.grad = fake.grad = null;
            value.backward();
            Assert.Equal(-1, real.grad!.item<float>());
            Assert.Equal(1, fake.grad!.item<float>());
        }

        Assert.Equal(300, new NonSaturatingLoss().GeneratorLoss(null, real).item<float>());
        Assert.Equal(0, new NonSaturatingLoss().GeneratorLoss(null, fake).item<float>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingStaysAlive(string name)
    {
        var loss = Cases[name].Loss;
        using var real = tensor(Real);
        using var fake = tensor(Fake);
        var before = Live;
        loss.DiscriminatorLoss(real, fake).Dispose();
        loss.GeneratorLoss(real, fake).Dispose();
        Assert.Equal(before, Live);
    }

    [Fact]
    public void OnlyTheRelativisticGeneratorSeesRealSamples()
    {
        Assert.Equal(["relativistic"], Cases.Where(static entry => entry.Value.Loss.GeneratorSeesReal).Select(static entry => entry.Key));
        using var fake = zeros(3);
        Assert.Throws<ArgumentNullException>(() => new RelativisticLoss().GeneratorLoss(null, fake));
    }

    // [3] and [3, 1] would broadcast to [3, 3], every sample paired with every other.
    [Theory]
    [MemberData(nameof(Names))]
    public void ScoresOfDifferentShapesAreRefused(string name)
    {
        using var flat = zeros(3);
        using var column = zeros(3, 1);
        Assert.Contains(
            "[3] and [3, 1]",
            Assert.Throws<ArgumentException>(() => Cases[name].Loss.DiscriminatorLoss(flat, column)).Message,
            StringComparison.Ordinal
        );
        if (Cases[name].Loss.GeneratorSeesReal)
        {
            Assert.Throws<ArgumentException>(() => Cases[name].Loss.GeneratorLoss(flat, column));
        }
    }

    [Fact]
    public void SettingsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new NonSaturatingLoss { LabelSmoothing = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new NonSaturatingLoss { LabelSmoothing = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new WassersteinLoss { GradientPenalty = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RelativisticLoss { R1 = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RelativisticLoss { R2 = double.PositiveInfinity });
    }

    private static double Scalar(Tensor value)
    {
        Assert.Equal(0, value.dim());
        return value.item<double>();
    }
}
