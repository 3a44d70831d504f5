using ModelGen.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

/// <summary>What is learned from preferences.</summary>
public sealed class PreferenceLossTests : IDisposable
{
    private const int Pairs = 4;

    // Chosen, rejected, then both under the reference.
    private static readonly double[] LogProbabilities =
    [
        -3.0,
        -7.5,
        -1.2,
        -12.0,
        -4.0,
        -6.0,
        -5.5,
        -11.0,
        -3.5,
        -7.0,
        -2.0,
        -12.5,
        -3.6,
        -6.4,
        -4.0,
        -10.0,
    ];

    private static readonly double[] Lengths = [3, 5, 2, 8, 4, 3, 5, 7];

    // from math import log1p, exp
    // w, l, rw, rl = rows of LogProbabilities; nw, nl = halves of Lengths; ls = lambda x: -log1p(exp(-x)); h = (w - rw) - (l - rl)
    // DPO:          mean(-ls(0.3 * h))
    // conservative: mean(-0.8 * ls(0.3 * h) - 0.2 * ls(-0.3 * h))
    // IPO:          mean((h - 1 / (2 * 0.4)) ** 2)
    // SimPO:        mean(-ls(2.5 * w / nw - 2.5 * l / nl - 0.7))
    // ORPO:         lo = lambda x: x - log1p(-exp(x)); mean(-w / nw - 0.25 * ls(lo(w / nw) - lo(l / nl)))
    private static readonly Dictionary<string, (PreferenceLoss Loss, double Value)> Cases = new()
    {
        ["DPO"] = (new DpoLoss { Beta = 0.3 }, 0.5760571213621796),
        ["conservative DPO"] = (new DpoLoss { Beta = 0.3, LabelSmoothing = 0.2 }, 0.6330571213621795),
        ["IPO"] = (new IpoLoss { Tau = 0.4 }, 1.4775000000000005),
        ["SimPO"] = (new SimpoLoss { Beta = 2.5, Gamma = 0.7 }, 0.7504100674834614),
        ["ORPO"] = (new OrpoLoss { Lambda = 0.25 }, 1.2825335158667803),
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void LossesAreTheirFormulas(string name) => Assert.Equal(Cases[name].Value, Value(name, LogProbabilities), 1e-12);

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsAreThoseOfFiniteDifferences(string name)
    {
        var all = tensor(LogProbabilities).requires_grad_();
        Cases[name].Loss.PerPair(Scores(all)).mean().backward();
        for (var i = 0; i < 2 * Pairs; i++)
        {
            double At(double shift) => Value(name, [.. LogProbabilities.Select((value, j) => j == i ? value + shift : value)]);

            Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, all.grad![i].item<double>(), 1e-8);
        }
    }

    /// <summary>The signs of the gradients: what is preferred becomes likelier, the other answer less likely.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void AnEqualPairIsDrivenApart(string name)
    {
        var all = tensor(Enumerable.Repeat(-4.0, 4 * Pairs).ToArray()).requires_grad_();
        Cases[name].Loss.PerPair(Scores(all, isOfOneLength: true)).mean().backward();
        var gradients = all.grad!.data<double>().ToArray();
        Assert.All(gradients[..Pairs], static gradient => Assert.True(gradient < 0));
        Assert.All(gradients[Pairs..(2 * Pairs)], static gradient => Assert.True(gradient > 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingStaysAlive(string name)
    {
        var (loss, scores) = (Cases[name].Loss, Scores(tensor(LogProbabilities)));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        loss.PerPair(scores).Dispose();
        var (chosen, rejected) = loss.Rewards(scores);
        chosen.Dispose();
        rejected.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>An answer that is all but certain has finite odds.</summary>
    [Fact]
    public void CertainAnswersHaveAFiniteLoss()
    {
        var all = tensor([0f, -80f]).requires_grad_();
        var one = ones(1);
        var loss = new OrpoLoss().PerPair(new AnswerScores(all.narrow(0, 0, 1), all.narrow(0, 1, 1), one, one));
        loss.backward();
        Assert.True(float.IsFinite(loss.item<float>()));
        Assert.All(all.grad!.data<float>().ToArray(), static gradient => Assert.True(float.IsFinite(gradient)));
    }

    [Fact]
    public void NumbersOutOfTheirRangeAreRefused()
    {
        foreach (
            var wrong in new PreferenceLoss[]
            {
                new DpoLoss { Beta = 0 },
                new DpoLoss { LabelSmoothing = 0.5 },
                new IpoLoss { Tau = double.NaN },
                new SimpoLoss { Beta = -1 },
                new SimpoLoss { Gamma = -0.1 },
                new OrpoLoss { Lambda = double.PositiveInfinity },
            }
        )
        {
            Assert.Throws<ArgumentException>(wrong.Check);
        }
    }

    [Fact]
    public void ALossThatComparesNeedsTheReference()
    {
        var ones = torch.ones(1);
        var exception = Assert.Throws<InvalidOperationException>(() => new DpoLoss().PerPair(new AnswerScores(ones, ones, ones, ones)));
        Assert.Contains("reference", exception.Message);
    }

    private static double Value(string name, double[] logProbabilities) =>
        Cases[name].Loss.PerPair(Scores(tensor(logProbabilities))).mean().item<double>();

    private static AnswerScores Scores(Tensor all, bool isOfOneLength = false)
    {
        var (parts, lengths) = (all.chunk(4), tensor(Lengths).chunk(2));
        return new AnswerScores(parts[0], parts[1], lengths[0], isOfOneLength ? lengths[0] : lengths[1])
        {
            ReferenceChosen = parts[2],
            ReferenceRejected = parts[3],
        };
    }
}
