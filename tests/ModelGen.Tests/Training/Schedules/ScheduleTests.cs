using ModelGen.Training;
using ModelGen.Training.Schedules;

namespace ModelGen.Tests.Training.Schedules;

public class ScheduleTests
{
    // nanoGPT's get_lr with learning_rate 1e-3, warmup_iters 100, lr_decay_iters 2000, min_lr 1e-4.
    [Theory]
    [InlineData(0, 9.900990099009901e-06)]
    [InlineData(49, 0.0004950495049504951)]
    [InlineData(99, 0.0009900990099009901)]
    [InlineData(100, 0.001)]
    [InlineData(575, 0.0008681980515339464)]
    [InlineData(1050, 0.00055)]
    [InlineData(1999, 0.00010000061514140841)]
    [InlineData(2000, 0.0001)]
    [InlineData(5000, 0.0001)]
    public void CosineFollowsNanoGpt(long step, double expected)
    {
        var schedule = new CosineSchedule { Warmup = Duration.Steps(100), Floor = 1e-4 };
        Assert.Equal(expected, schedule.LearningRate(1e-3, step, Run(2000)), 1e-15);
    }

    [Fact]
    public void ConstantStaysAtThePeakAfterItsWarmup()
    {
        var schedule = new ConstantSchedule { Warmup = Duration.Steps(3) };
        var rates = Enumerable.Range(0, 6).Select(step => schedule.LearningRate(0.4, step, Run(6)));
        Assert.Equal([0.1, 0.2, 0.1 * 3, 0.4, 0.4, 0.4], rates, static (left, right) => Math.Abs(left - right) < 1e-12);
    }

    // Learning rates at the steps 0, 10, 19, 20, 50, 59, 60, 100, 149, 150, 160, 199, 200 and 300:
    // import numpy as np
    // S, W, peak, floor = 200, 20, 1e-3, 1e-4
    // def warm(f): return lambda s: peak * (s + 1) / (W + 1) if s < W else f(s)
    // linear = warm(lambda s: floor + (peak - floor) * max(0, S - s) / (S - W))
    // invsqrt = lambda s: peak * (W + 1) ** 0.5 * min((s + 1) ** -0.5, (s + 1) * (W + 1) ** -1.5)
    // def restarts(T0, k):
    //     def f(s):
    //         t, T = s - W, T0
    //         while t >= T: t, T = t - T, T * k
    //         return floor + 0.5 * (peak - floor) * (1 + np.cos(np.pi * t / T))
    //     return warm(f)
    // def wsd(D, fl):
    //     half = D * np.log(2) / np.log(peak / fl)
    //     return warm(lambda s: peak if s <= S - D else peak * 0.5 ** ((min(s, S) - (S - D)) / half))
    // def onecycle(pct, div, fdiv):
    //     lo = peak / div; e1, e2 = pct * S - 1, S - 1
    //     an = lambda a, b, p: b + (a - b) / 2 * (np.cos(np.pi * p) + 1)
    //     return lambda s: an(lo, peak, s / e1) if s <= e1 else an(peak, lo / fdiv, (min(s, e2) - e1) / (e2 - e1))
    [Fact]
    public void Linear() =>
        AssertRates(
            new LinearSchedule { Warmup = Duration.Steps(20), Floor = 1e-4 }, // linear
            [
                4.761904761904762e-05,
                0.0005238095238095238,
                0.0009523809523809524,
                0.001,
                0.0008500000000000001,
                0.0008049999999999999,
                0.0008,
                0.0006000000000000001,
                0.00035499999999999996,
                0.00035,
                0.0003,
                0.000105,
                0.0001,
                0.0001,
            ]
        );

    [Fact]
    public void InverseSquareRoot() =>
        AssertRates(
            new InverseSquareRootSchedule { Warmup = Duration.Steps(20) }, // invsqrt
            [
                4.761904761904762e-05,
                0.0005238095238095238,
                0.0009523809523809523,
                0.001,
                0.0006416889479197478,
                0.0005916079783099616,
                0.0005867386940384681,
                0.0004559833243433447,
                0.00037416573867739413,
                0.00037292472120002874,
                0.00036115755925730754,
                0.00032403703492039297,
                0.00032322996757772705,
                0.0002641352718976871,
            ]
        );

    [Fact]
    public void Restarts() =>
        AssertRates(
            new RestartsSchedule
            {
                Warmup = Duration.Steps(20),
                Floor = 1e-4,
                Period = Duration.Epochs(4),
            }, // restarts(40, 1); an epoch has 10 steps
            [
                4.761904761904762e-05,
                0.0005238095238095238,
                0.0009523809523809524,
                0.001,
                0.00023180194846605365,
                0.00010138719982009248,
                0.001,
                0.001,
                0.000892182684520014,
                0.0008681980515339465,
                0.00055,
                0.0005853065930775303,
                0.00055,
                0.001,
            ]
        );

    [Fact]
    public void RestartsOfGrowingPeriods() =>
        AssertRates(
            new RestartsSchedule
            {
                Warmup = Duration.Steps(20),
                Floor = 1e-4,
                Period = Duration.Images(240),
                Factor = 2,
            }, // restarts(30, 2); a step has 8 images
            [
                4.761904761904762e-05,
                0.0005238095238095238,
                0.0009523809523809524,
                0.001,
                0.001,
                0.0009509529358847655,
                0.0009397114317029974,
                0.00016028856829700263,
                0.000785124354122177,
                0.0007750000000000001,
                0.0006664685702961343,
                0.00024024044093781064,
                0.00023180194846605365,
                0.0008239426430539243,
            ]
        );

    [Fact]
    public void WarmupStableDecay() =>
        AssertRates(
            new WarmupStableDecaySchedule { Warmup = Duration.Steps(20), Decay = Duration.Epochs(5) }, // wsd(50, 1e-4)
            [
                4.761904761904762e-05,
                0.0005238095238095238,
                0.0009523809523809524,
                0.001,
                0.001,
                0.001,
                0.001,
                0.001,
                0.001,
                0.001,
                0.0006309573444801933,
                0.00010471285480508996,
                0.0001,
                0.0001,
            ]
        );

    [Fact]
    public void WarmupStableDecayToAFloor() =>
        AssertRates(
            new WarmupStableDecaySchedule
            {
                Warmup = Duration.Steps(20),
                Decay = Duration.Steps(50),
                Floor = 2e-5,
            }, // wsd(50, 2e-5)
            [
                4.761904761904762e-05,
                0.0005238095238095238,
                0.0009523809523809524,
                0.001,
                0.001,
                0.001,
                0.001,
                0.001,
                0.001,
                0.001,
                0.0004573050519273264,
                2.1627653136005876e-05,
                2.0000000000000005e-05,
                2.0000000000000005e-05,
            ]
        );

    [Fact]
    public void OneCycle() =>
        AssertRates(
            new OneCycleSchedule(), // onecycle(0.3, 25, 1e4)
            [
                3.9999999999999996e-05,
                0.0001064540409309731,
                0.0002653979641025236,
                0.00028741558224032785,
                0.0009459289960271543,
                0.001,
                0.0009998741179747834,
                0.0008028958103403221,
                0.0002830609982086992,
                0.0002730076581112261,
                0.00017956547475871598,
                4e-09,
                4e-09,
                4e-09,
            ]
        );

    [Fact]
    public void OneCycleOfOtherFactors() =>
        AssertRates(
            new OneCycleSchedule
            {
                PctStart = 0.25,
                DivFactor = 10,
                FinalDivFactor = 100,
            }, // onecycle(0.25, 10, 100)
            [
                0.00010000000000000005,
                0.00018936387015941946,
                0.00039458572551041165,
                0.0004219625860160355,
                0.0009998904513956854,
                0.000989084726566536,
                0.0009868026619851437,
                0.0007411359602138069,
                0.00025075000000000016,
                0.0002417455088181216,
                0.00015856872058862,
                1e-06,
                1e-06,
                1e-06,
            ]
        );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OneCycleOfAFewStepsEndsLow(long steps)
    {
        var rates = Enumerable.Range(0, (int)steps).Select(step => new OneCycleSchedule().LearningRate(1, step, Run(steps))).ToArray();
        Assert.All(rates, static rate => Assert.InRange(rate, 0, 1));
        Assert.Equal(1 / 25.0 / 1e4, rates[^1], 1e-12);
    }

    // A run shortened for a trial: the fall takes all that the warm-up leaves.
    [Fact]
    public void AFallLongerThanTheRunBeginsAfterTheWarmup()
    {
        var schedule = new WarmupStableDecaySchedule { Warmup = Duration.Steps(4), Decay = Duration.Steps(50) };
        Assert.Equal(
            [0.6, 0.8, 1, Math.Pow(0.1, 1 / 4.0), Math.Pow(0.1, 2 / 4.0)],
            Enumerable.Range(2, 5).Select(step => schedule.LearningRate(1, step, Run(8))),
            static (left, right) => Math.Abs(left - right) < 1e-12
        );
    }

    // Every schedule, over every step of runs of many lengths.
    [Fact]
    public void NoRateLeavesTheRangeFromZeroToThePeak()
    {
        ScheduleOptions[] schedules =
        [
            new ConstantSchedule { Warmup = Duration.Steps(3) },
            new CosineSchedule { Warmup = Duration.Steps(3) },
            new LinearSchedule { Warmup = Duration.Steps(3) },
            new InverseSquareRootSchedule { Warmup = Duration.Steps(3) },
            new RestartsSchedule { Period = Duration.Steps(5), Factor = 3 },
            new RestartsSchedule { Period = Duration.Epochs(0) },
            new WarmupStableDecaySchedule { Warmup = Duration.Steps(3), Decay = Duration.Steps(4) },
            new OneCycleSchedule { PctStart = 0.99 },
            new OneCycleSchedule { PctStart = 0.01 },
        ];
        foreach (var schedule in schedules)
        {
            for (var steps = 1; steps < 40; steps++)
            {
                Assert.All(Enumerable.Range(0, steps).Select(step => schedule.LearningRate(0.5, step, Run(steps))), static rate =>
                    Assert.InRange(rate, 1e-12, 0.5 + 1e-12)
                );
            }
        }
    }

    [Fact]
    public void ALengthInAnotherUnitThanTheDatasIsRefused() =>
        Assert.Contains(
            "tokens",
            Assert.Throws<ArgumentException>(() => new RestartsSchedule { Period = Duration.Tokens(9) }.LearningRate(1, 0, Run(5))).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(-1e-6)]
    [InlineData(2e-3)]
    public void AFloorOutsideZeroToPeakIsRefused(double floor) =>
        Assert.Throws<ArgumentException>(() => new CosineSchedule { Floor = floor }.Check(1e-3));

    public static TheoryData<ScheduleOptions> Refused =>
        [
            new LinearSchedule { Floor = 1 },
            new RestartsSchedule { Period = Duration.Steps(5), Floor = 1 },
            new RestartsSchedule { Period = Duration.Steps(5), Factor = 0 },
            new RestartsSchedule { Period = Duration.Steps(5), Factor = 1001 },
            new WarmupStableDecaySchedule { Decay = Duration.Steps(5), Floor = 0 },
            new WarmupStableDecaySchedule { Decay = Duration.Steps(5), Floor = 1 },
            new OneCycleSchedule { PctStart = 0 },
            new OneCycleSchedule { PctStart = 1 },
            new OneCycleSchedule { DivFactor = 0.5 },
            new OneCycleSchedule { FinalDivFactor = double.NaN },
        ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void SettingsOutOfRangeAreRefused(ScheduleOptions schedule) => Assert.Throws<ArgumentException>(() => schedule.Check(1e-3));

    private static RunLength Run(long steps) => new(steps, StepsPerEpoch: 10, "images", UnitsPerStep: 8);

    private static void AssertRates(ScheduleOptions schedule, double[] expected)
    {
        var steps = new[] { 0, 10, 19, 20, 50, 59, 60, 100, 149, 150, 160, 199, 200, 300 };
        foreach (var (step, rate) in steps.Zip(expected, static (step, rate) => (step, rate)))
        {
            Assert.Equal(rate, schedule.LearningRate(1e-3, step, Run(200)), 1e-15);
        }
    }
}
