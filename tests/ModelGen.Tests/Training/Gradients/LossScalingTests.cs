using ModelGen.Training.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training.Gradients;

public class LossScalingTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Fact]
    public void GradientsOfAScaledLossAreDividedByTheScaleToTheBit()
    {
        using var scope = NewDisposeScope();
        using var scaling = new LossScaling();
        var (plain, scaled) = (new Parameter(tensor([0.3f, -7e-7f, 11f])), new Parameter(tensor([0.3f, -7e-7f, 11f])));
        Loss(plain).backward();

        var loss = scaling.Scale(Loss(scaled));
        loss.backward();

        Assert.Equal(65536 * Loss(plain).item<float>(), loss.item<float>());
        Assert.Equal(65536 * plain.grad![0].item<float>(), scaled.grad![0].item<float>());
        Assert.True(scaling.Unscale([scaled]));
        Assert.Equal(plain.grad!.data<float>().ToArray(), scaled.grad!.data<float>().ToArray());

        static Tensor Loss(Tensor x) => (x.square() * 0.5).sum();
    }

    // Micikevicius et al. 2018 with GradScaler's figures, counted on the host.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheScaleFollowsItsRule(int seed)
    {
        using var scope = NewDisposeScope();
        using var scaling = new LossScaling();
        var parameters = new[] { new Parameter(zeros(2)), new Parameter(zeros(1)), new Parameter(zeros(3)) };
        var random = new Random(seed);
        var (scale, good, skipped) = (65536f, 0, 0);
        for (var step = 0; step < 9000; step++)
        {
            using var inner = NewDisposeScope();
            var bad =
                random.Next(1500) == 0 ? float.NaN
                : random.Next(3000) == 0 ? float.NegativeInfinity
                : 1f;
            parameters[0].grad = tensor([1f, 2f]);
            parameters[2].grad = tensor([3f, bad, 5f]);

            Assert.Equal(float.IsFinite(bad), scaling.Unscale(parameters));

            if (float.IsFinite(bad))
            {
                Assert.Equal(3 / scale, parameters[2].grad![0].item<float>());
            }

            (scale, good, skipped) =
                !float.IsFinite(bad) ? (scale / 2, 0, skipped + 1)
                : good + 1 == 2000 ? (scale * 2, 0, skipped)
                : (scale, good + 1, skipped);
            Assert.Equal((scale, good), (scaling.State["scale"].item<float>(), scaling.State["good_steps"].item<int>()));
        }

        Assert.Equal(skipped, scaling.SkippedSteps);
        Assert.InRange(skipped, 3, 30);
        Assert.Null(parameters[1].grad);
    }

    [Fact]
    public void TheScaleNeverBecomesInfinite()
    {
        using var scaling = new LossScaling();
        scaling.State["scale"].fill_(Math.Pow(2, 127));
        scaling.State["good_steps"].fill_(LossScaling.GrowthInterval - 1);

        Assert.True(scaling.Unscale([]));

        Assert.Equal(Math.Pow(2, 127), scaling.State["scale"].item<float>());
    }

    [Fact]
    public void GradientsThatNoScaleHelpsAreTold()
    {
        using var scope = NewDisposeScope();
        using var scaling = new LossScaling();
        var parameter = new Parameter(zeros(1));

        // From 2^16 down to 2^-24 are 40 halvings, and the next one is too far.
        for (var step = 0; step < 40; step++)
        {
            Assert.False(Unscale());
        }

        Assert.False(scaling.IsExhausted);
        Assert.False(Unscale());
        Assert.True(scaling.IsExhausted);

        bool Unscale()
        {
            parameter.grad = tensor([float.PositiveInfinity]);
            return scaling.Unscale([parameter]);
        }
    }

    [Fact]
    public void LeavesNothingBehind()
    {
        var parameter = new Parameter(zeros(4));
        parameter.grad = ones(4);
        var before = Live;
        using (var scaling = new LossScaling())
        {
            for (var step = 0; step < 10; step++)
            {
                using (var loss = parameter.sum())
                using (var scaled = scaling.Scale(loss))
                {
                    Assert.Equal(0, scaled.item<float>());
                }

                scaling.Unscale([parameter]);
                Assert.Equal(0, scaling.SkippedSteps);
            }
        }

        Assert.Equal(before, Live);
        parameter.Dispose();
    }
}
