using ModelGen.Likelihoods;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

public sealed class VaeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public VaeTests() => manual_seed(1).Dispose();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ReconstructionsAreDecodedMeans()
    {
        var model = new SmallVae();
        var images = rand(3, 1, 4, 4);
        var (mean, logVariance) = model.Encode(images);
        Assert.Equal([3L, 2], mean.shape);
        Assert.Equal([3L, 2], logVariance.shape);
        Assert.Equal(Values(sigmoid(model.Decoder.call(mean))), Values(model.Reconstruct(images)));
        Assert.True(model.training);
        Assert.False(model.Reconstruct(images).requires_grad);
        Assert.True(model.Decode(mean).requires_grad);
    }

    [Fact]
    public void SamplesAreAFunctionOfTheSeed()
    {
        var model = new SmallVae();
        var samples = model.Sample(5, 9);
        Assert.Equal([5L, 1, 4, 4], samples.shape);
        Assert.Equal(Values(samples), Values(model.Sample(5, 9)));
        Assert.NotEqual(Values(samples), Values(model.Sample(5, 10)));
        Assert.True(samples.min().item<float>() >= 0 && samples.max().item<float>() <= 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(150)]
    public void ManySamplesAreWhatTheirLatentsDecodeToAtOnce(int count)
    {
        var model = new SmallVae(classes: 3);
        var labels = arange(count, dtype: ScalarType.Int64).remainder(3);
        var latents = LatentNoise.Normal([count, 2], 9, CPU);
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var samples = model.Sample(count, 9, labels);
        Assert.Equal(live + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal([count, 1L, 4, 4], samples.shape);
        Assert.Equal(Values(model.Decode(latents, labels)), Values(samples), Near);
        Assert.Contains($"Int64 labels [{count}]", Assert.Throws<ArgumentException>(() => model.Sample(count, 9, labels[..^1])).Message);
        Assert.Throws<ArgumentException>(() => model.Sample(count, 9));
    }

    [Fact]
    public void LabelsChangeBothHalves()
    {
        var model = new SmallVae(classes: 3);
        var images = rand(2, 1, 4, 4);
        var (zeros, ones) = (tensor(new long[] { 0, 0 }), tensor(new long[] { 1, 1 }));
        Assert.NotEqual(Values(model.Encode(images, zeros).Mean), Values(model.Encode(images, ones).Mean));
        Assert.NotEqual(Values(model.Sample(2, 1, zeros)), Values(model.Sample(2, 1, ones)));
        Assert.Equal(
            Values(model.Decoder.call(tensor(new float[] { 0.5f, -1, 0, 0, 1 }, [1, 5])).sigmoid()),
            Values(model.Decode(tensor(new float[] { 0.5f, -1 }, [1, 2]), tensor(new long[] { 2 })))
        );
        Assert.Equal(
            Values(model.Interpolate(zeros2(), ones2(), 4, Interpolation.Spherical, label: 2)[3]),
            Values(model.Decode(ones2().unsqueeze(0), tensor(new long[] { 2 }))),
            Near
        );

        static Tensor zeros2() => tensor(new[] { 1f, 0f });
        static Tensor ones2() => tensor(new[] { 0f, 1f });
    }

    [Fact]
    public void AWayEndsWhereItShould()
    {
        var model = new SmallVae();
        var (from, to) = (tensor(new[] { -1f, 0.5f }), tensor(new[] { 2f, 1f }));
        var images = model.Interpolate(from, to, 6);
        Assert.Equal([6L, 1, 4, 4], images.shape);
        Assert.Equal(Values(model.Decode(from.unsqueeze(0))), Values(images[0]), Near);
        Assert.Equal(Values(model.Decode(to.unsqueeze(0))), Values(images[5]), Near);
        var traversed = model.Traverse(from, 1, -2, 2, 5);
        Assert.Equal(Values(model.Decode(tensor(new[] { -1f, 2f }, [1, 2]))), Values(traversed[4]), Near);
    }

    [Fact]
    public void WithTheExactPosteriorTheImportanceWeightedBoundIsTheLogLikelihood()
    {
        // x = w z + b + s ε is Gaussian: log p(x) is known, and so is the posterior, N(v wᵀ(x - b) / s², v) with v = 1 / (1 + wᵀw / s²).
        const double Variance = 0.2;
        var model = new SmallVae(side: 3, latent: 1, likelihood: new Gaussian(Variance), isLinear: true);
        var decoder = (TorchSharp.Modules.Linear)((TorchSharp.Modules.Sequential)model.Decoder)[0];
        var (w, b) = (decoder.weight!.detach(), decoder.bias!.detach()); // [9, 1], [9]
        var posterior = 1 / (1 + (w.square().sum().item<float>() / Variance));
        using (no_grad())
        {
            model.Mean.weight!.copy_(w.t() * (posterior / Variance));
            model.Mean.bias!.copy_(-(w.t().matmul(b)) * (posterior / Variance));
            model.LogVariance.weight!.zero_();
            model.LogVariance.bias!.fill_(Math.Log(posterior));
        }

        var images = rand(4, 1, 3, 3);
        var covariance = w.matmul(w.t()).to(ScalarType.Float64) + (Variance * eye(9, dtype: ScalarType.Float64));
        var centred = (images.reshape(4, 9) - b).to(ScalarType.Float64);
        var expected =
            -0.5
            * ((centred.matmul(linalg.inv(covariance)) * centred).sum(1) + linalg.slogdet(covariance).Item2 + (9 * Math.Log(2 * Math.PI)));
        foreach (var draws in new[] { 1, 7 })
        {
            Assert.Equal(Values(expected.to(ScalarType.Float32)), Values(model.LogLikelihoodBound(images, draws, seed: 5)), static (a, b) =>
                Math.Abs(a - b) < 1e-4
            );
        }
    }

    [Fact]
    public void TheBoundGrowsWithTheDraws()
    {
        var model = new SmallVae();
        var images = rand(64, 1, 4, 4);
        using (no_grad())
        {
            model.LogVariance.bias!.fill_(2); // far from the posterior, so that draws matter
        }

        var (one, many) = (
            model.LogLikelihoodBound(images, 1, 5).mean().item<float>(),
            model.LogLikelihoodBound(images, 100, 5).mean().item<float>()
        );
        Assert.True(many > one + 0.1, $"{one} to {many}");
    }

    [Fact]
    public void WhatDoesNotSuitTheModelIsSaid()
    {
        var (model, conditional) = (new SmallVae(), new SmallVae(classes: 3));
        var images = rand(2, 1, 4, 4);
        Assert.Contains(
            "takes floating-point samples [batch, 1, 4, 4]; it got Float32 [2, 1, 5, 4]",
            Assert.Throws<ArgumentException>(() => model.Encode(rand(2, 1, 5, 4))).Message
        );
        Assert.Contains(
            "takes no labels",
            Assert.Throws<ArgumentException>(() => model.Encode(images, tensor(new long[] { 0, 1 }))).Message
        );
        Assert.Contains("labels from 0 to 2", Assert.Throws<ArgumentException>(() => conditional.Encode(images)).Message);
        Assert.Contains(
            "Int64 labels [2]; it got Int64 [3]",
            Assert.Throws<ArgumentException>(() => conditional.Encode(images, zeros(3, dtype: ScalarType.Int64))).Message
        );
        Assert.Contains(
            "latents [batch, 2]; it got Float32 [2, 3]",
            Assert.Throws<ArgumentException>(() => model.Decode(rand(2, 3))).Message
        );
        Assert.Contains(
            "latents [batch, 2]; it got Float32 [4, 3]",
            Assert.Throws<ArgumentException>(() => model.Interpolate(rand(3), rand(3), 4)).Message
        );
    }

    [Fact]
    public void LabelsThatAreNoClassAreRefused()
    {
        var model = new SmallVae(classes: 3);
        var (images, latents) = (rand(2, 1, 4, 4), rand(2, 2));
        foreach (var wrong in new long[] { 3, -1 })
        {
            var labels = tensor(new[] { 1, wrong });
            foreach (
                var call in new Func<object>[]
                {
                    () => model.Encode(images, labels),
                    () => model.DecodeParameters(latents, labels),
                    () => model.Decode(latents, labels),
                    () => model.Reconstruct(images, labels),
                    () => model.LogLikelihoodBound(images, 1, 1, labels),
                    () => model.Sample(2, 1, labels),
                    () => model.Interpolate(latents[0], latents[1], 2, label: (int)wrong),
                    () => model.Traverse(latents[0], 0, label: (int)wrong),
                }
            )
            {
                Assert.Contains(
                    $"SmallVae takes labels from 0 to 2; one of these is {wrong}.",
                    Assert.Throws<ArgumentException>(call).Message
                );
            }
        }

        Assert.True(model.training);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NoImagesCannotBeDrawn(int count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmallVae().Sample(count, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmallGan().Sample(count, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmallVqVae().Sample(count, 1));
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        var model = new SmallVae(classes: 3);
        var (images, labels, latent) = (rand(2, 1, 4, 4), tensor(new long[] { 0, 2 }), rand(2));
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            model.Reconstruct(images, labels).Dispose();
            model.Sample(2, 1, labels).Dispose();
            model.Interpolate(latent, latent, 3, Interpolation.Spherical, 1).Dispose();
            model.Traverse(latent, 0, label: 1).Dispose();
            model.LogLikelihoodBound(images, 3, 1, labels).Dispose();
            Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-5f;

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
