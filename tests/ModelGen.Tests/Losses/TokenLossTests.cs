using ModelGen.Losses;
using ModelGen.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Losses;

/// <summary>The loss of tokens and its gradient against their formulas, in plain loops of double precision.</summary>
public sealed class TokenLossTests
{
    private const int Vocabulary = 5;
    private const long Padding = 4;

    private static readonly long[] Targets = [1, 4, 0, 3, 2, 4];

    private static readonly double[] Logits = [.. Enumerable.Range(0, Targets.Length * Vocabulary).Select(static i => Math.Sin(i * i) * 3)];

    public static TheoryData<double, double, bool, double> Cases
    {
        get
        {
            var cases = new TheoryData<double, double, bool, double>();
            foreach (var smoothing in new[] { 0, 0.1 })
            {
                foreach (var weight in new[] { 0, 0.02 })
                {
                    foreach (var ignores in new[] { false, true })
                    {
                        // NaN is for the number of targets that count.
                        cases.Add(smoothing, weight, ignores, double.NaN);
                        cases.Add(smoothing, weight, ignores, 2.5);
                    }
                }
            }

            return cases;
        }
    }

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [MemberData(nameof(Cases))]
    public void ItIsItsFormulaAndSoIsItsGradient(double smoothing, double weight, bool ignores, double divisor)
    {
        if (!ignores && !double.IsNaN(divisor))
        {
            return;
        }

        using var scope = NewDisposeScope();
        var logits = tensor(Logits, [2, 3, Vocabulary], requires_grad: true);
        var targets = tensor(Targets, [2, 3]);
        var by = double.IsNaN(divisor) ? null : tensor(divisor);
        var before = Live;

        var loss = Create(smoothing, weight, ignores).Mean(logits, targets, by);

        Assert.Equal(before + 1 + loss.Parts.Count, Live);
        var expected = Expected(smoothing, weight, ignores, divisor);
        Assert.Equal(expected.Loss, loss.Total.item<double>(), 1e-12);
        Assert.Equal(weight > 0 ? ["z_loss"] : [], loss.Parts.Select(static part => part.Name));
        Assert.All(loss.Parts, part => Assert.Equal(expected.SquaredLogSum, part.Value.item<double>(), 1e-12));
        Assert.All(loss.Parts, static part => Assert.False(part.Value.requires_grad));
        loss.Total.backward();
        Assert.Equal(expected.Gradient, logits.grad!.data<double>().ToArray(), static (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ValidationMeasuresTheCrossEntropyAlone(bool ignores)
    {
        using var scope = NewDisposeScope();
        var sum = Create(0.1, 0.02, ignores).CrossEntropy(tensor(Logits, [2, 3, Vocabulary]), tensor(Targets, [2, 3]));
        var plain = Expected(0, 0, ignores, double.NaN);
        Assert.Equal(plain.Loss * plain.Count, sum.item<double>(), 1e-12);
    }

    [Fact]
    public void WithoutAdditionsItIsTheCrossEntropyToTheBit()
    {
        using var scope = NewDisposeScope();
        var (logits, targets) = (randn(7, 11, 300), randint(0, 300, [7, 11], dtype: ScalarType.Int64));
        var loss = Create(0, 0, ignores: false).Mean(logits, targets);
        Assert.Empty(loss.Parts);
        Assert.Equal(nn.functional.cross_entropy(logits.view(-1, 300), targets.view(-1)).item<float>(), loss.Total.item<float>());
    }

    [Fact]
    public void ADivisorLetsABatchCountNothing()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(Logits, [6, Vocabulary], requires_grad: true);
        var loss = Create(0.1, 0.02, ignores: true).Mean(logits, full(6, Padding, ScalarType.Int64), tensor(1.0));
        Assert.Equal((0, 0), (loss.Total.item<double>(), loss.Parts[0].Value.item<double>()));
        loss.Total.backward();
        Assert.All(logits.grad!.data<double>().ToArray(), static number => Assert.Equal(0, number));
    }

    [Fact]
    public void AdditionsTakeMemory()
    {
        // The gradient of the logits counts among the activations of the model.
        Assert.Equal(4 * 100, Create(0, 0, ignores: false).Bytes(100));
        Assert.Equal(2 * 4 * 100, Create(0.1, 0, ignores: false).Bytes(100));
        Assert.Equal(3 * 4 * 100, Create(0.1, 1e-4, ignores: false).Bytes(100));
    }

    [Theory]
    [InlineData(-0.1, 0)]
    [InlineData(1, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, -1e-4)]
    [InlineData(0, double.NaN)]
    [InlineData(0, double.PositiveInfinity)]
    public void OptionsOutOfRangeAreRefused(double smoothing, double weight)
    {
        TokenLossOptions[] all =
        [
            new NextTokenOptions { LabelSmoothing = smoothing, ZLoss = weight },
            new MaskedTokenOptions { LabelSmoothing = smoothing, ZLoss = weight },
            new SequenceToSequenceOptions { LabelSmoothing = smoothing, ZLoss = weight },
        ];
        Assert.All(all, static options => Assert.Throws<ArgumentException>(options.Check));
    }

    private static TokenLoss Create(double smoothing, double weight, bool ignores) =>
        new(new NextTokenOptions { LabelSmoothing = smoothing, ZLoss = weight }, ignores ? Padding : null);

    // With q the smoothed target, p = softmax(x) and l = log Σ exp x: −Σ q log p + z l², and (p − q) + 2 z l p.
    private static (double Loss, double SquaredLogSum, double[] Gradient, int Count) Expected(
        double smoothing,
        double weight,
        bool ignores,
        double divisor
    )
    {
        var count = Targets.Count(target => !ignores || target != Padding);
        var by = double.IsNaN(divisor) ? count : divisor;
        var (loss, squares, gradient) = (0.0, 0.0, new double[Logits.Length]);
        for (var row = 0; row < Targets.Length; row++)
        {
            if (ignores && Targets[row] == Padding)
            {
                continue;
            }

            var logSum = Math.Log(Enumerable.Range(0, Vocabulary).Sum(token => Math.Exp(Logits[(row * Vocabulary) + token])));
            squares += logSum * logSum / by;
            loss += weight * logSum * logSum / by;
            for (var token = 0; token < Vocabulary; token++)
            {
                var at = (row * Vocabulary) + token;
                var wanted = (token == Targets[row] ? 1 - smoothing : 0) + (smoothing / Vocabulary);
                var probability = Math.Exp(Logits[at] - logSum);
                loss -= wanted * (Logits[at] - logSum) / by;
                gradient[at] = (probability - wanted + (2 * weight * logSum * probability)) / by;
            }
        }

        return (loss, squares, gradient, count);
    }
}
