using ModelGen.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public class MinibatchDeviationTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    // import numpy as np
    // x = np.sin(0.7 * np.arange(24)).reshape(4, 3, 2)
    // y = x.reshape(size, 4 // size, 6)                      the size is the group, or 4 where 4 is no multiple of it
    // print(np.tile(np.sqrt(y.var(axis=0) + 1e-8).mean(axis=1), size))
    [Theory]
    [InlineData(2, new[] { 0.4880060153254672, 0.5610113461241254, 0.4880060153254672, 0.5610113461241254 })]
    [InlineData(4, new[] { 0.668323691416915, 0.668323691416915, 0.668323691416915, 0.668323691416915 })]
    [InlineData(3, new[] { 0.668323691416915, 0.668323691416915, 0.668323691416915, 0.668323691416915 })]
    [InlineData(8, new[] { 0.668323691416915, 0.668323691416915, 0.668323691416915, 0.668323691416915 })]
    public void AppendsTheMeanDeviationOfEachGroup(long group, double[] expected)
    {
        using var scope = NewDisposeScope();
        var values = arange(24, ScalarType.Float64).mul(0.7).sin();
        foreach (var (shape, result) in new (long[], long[])[] { ([4, 3, 2], [4, 4, 2]), ([4, 6], [4, 7]), ([4, 1, 3, 2], [4, 2, 3, 2]) })
        {
            var x = values.view(shape);
            var y = MinibatchDeviation.Append(x, group);
            Assert.Equal(result, y.shape);
            Assert.True(x.equal(y.narrow(1, 0, shape[1])).all().item<bool>());
            var channel = y.narrow(1, shape[1], 1).flatten(1);
            for (var sample = 0; sample < 4; sample++)
            {
                Assert.All(channel[sample].data<double>().ToArray(), value => Assert.Equal(expected[sample], value, 1e-12));
            }
        }
    }

    [Fact]
    public void EqualSamplesHaveAFiniteGradient()
    {
        using var scope = NewDisposeScope();
        var x = ones(4, 3).requires_grad_();
        var y = MinibatchDeviation.Append(x, 4);
        y.sum().backward();
        Assert.Equal(1e-4, y[0, 3].item<float>(), 1e-8);
        Assert.True(x.grad!.eq(1).all().item<bool>());
    }

    [Fact]
    public void NothingStaysAlive()
    {
        using var x = rand(4, 3, 2, 2).requires_grad_();
        var before = Live;
        MinibatchDeviation.Append(x, 2).Dispose();
        Assert.Equal(before, Live);
    }

    [Fact]
    public void RefusesWhatHasNoChannelsAndGroupsOfOne()
    {
        using var x = rand(4);
        using var images = rand(4, 3);
        Assert.Throws<ArgumentException>(() => MinibatchDeviation.Append(x, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => MinibatchDeviation.Append(images, 1));
    }
}
