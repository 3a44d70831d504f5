using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

public sealed class GanTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public GanTests() => manual_seed(1).Dispose();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ImagesRangeFromNothingToOneAndTheNetworksSeeThemFromMinusOne()
    {
        var model = new SmallGan();
        var latents = randn(5, 3);
        Assert.Equal(Values((model.Generator.call(latents) + 1) / 2), Values(model.Generate(latents)));
        var images = rand(5, 1, 4, 4);
        Assert.Equal(Values(model.Discriminator.call((2 * images) - 1)), Values(model.Score(images)));
        var samples = model.Sample(6, 3);
        Assert.True(samples.min().item<float>() >= 0 && samples.max().item<float>() <= 1);
        Assert.Equal(Values(samples), Values(model.Sample(6, 3)));
        Assert.False(samples.requires_grad);
    }

    [Fact]
    public void AProjectionAddsTheProductOfFeaturesAndTheLabelsVector()
    {
        var model = new SmallGan(classes: 3, projects: true);
        var (images, labels) = (rand(2, 1, 4, 4), tensor(new long[] { 2, 0 }));
        var features = model.Discriminator.call((2 * images) - 1);
        var vectors = ((TorchSharp.Modules.Embedding)model.Projection!).weight!.index_select(0, labels);
        var expected = model.Head!.call(features) + einsum("bn,bn->b", features, vectors).unsqueeze(1);
        Assert.Equal(Values(expected), Values(model.Score(images, labels)), static (a, b) => Math.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void LabelsReachBothPlayers()
    {
        var model = new SmallGan(classes: 3);
        var (images, latents) = (rand(2, 1, 4, 4), randn(2, 3));
        var (first, second) = (zeros(2, dtype: ScalarType.Int64), ones(2, dtype: ScalarType.Int64));
        Assert.NotEqual(Values(model.Generate(latents, first)), Values(model.Generate(latents, second)));
        Assert.NotEqual(Values(model.Score(images, first)), Values(model.Score(images, second)));
        Assert.Throws<ArgumentException>(() => model.Score(images));
        Assert.Throws<ArgumentException>(() => model.Generate(latents));
        var wrong = tensor(new long[] { 3, 0 });
        Assert.Contains("from 0 to 2; one of these is 3", Assert.Throws<ArgumentException>(() => model.Score(images, wrong)).Message);
        Assert.Contains("from 0 to 2; one of these is 3", Assert.Throws<ArgumentException>(() => model.Generate(latents, wrong)).Message);
        Assert.Contains("from 0 to 2; one of these is 3", Assert.Throws<ArgumentException>(() => model.Sample(2, 1, wrong)).Message);
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        var model = new SmallGan(classes: 3, projects: true);
        var (images, labels) = (rand(2, 1, 4, 4), tensor(new long[] { 0, 2 }));
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            model.Sample(2, 1, labels).Dispose();
            model.Score(images, labels).Dispose();
            Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
