using ModelGen.Data;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

public sealed class VqVaeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public VqVaeTests() => manual_seed(1).Dispose();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ReconstructionsAreDecodedCodes()
    {
        var model = Create();
        var images = rand(5, 1, 4, 4);
        var state = model.state_dict().ToDictionary(static entry => entry.Key, static entry => Values(entry.Value));

        var codes = model.Encode(images);

        Assert.Equal(ScalarType.Int64, codes.dtype);
        Assert.Equal([5L, 2, 2], codes.shape);
        Assert.True(codes.unique().output.numel() > 1);
        var reconstructions = model.Reconstruct(images);
        Assert.Equal(Values(reconstructions), Values(model.Decode(codes)));
        model.eval();
        Assert.Equal(Values(sigmoid(model.Decoder.call(model.Quantiser.Vectors(codes)))), Values(reconstructions));
        Assert.Equal(codes.data<long>().ToArray(), model.Quantiser.Nearest(model.Encoder.call(images)).data<long>().ToArray());
        Assert.False(reconstructions.requires_grad);
        Assert.All(model.state_dict(), entry => Assert.Equal(state[entry.Key], Values(entry.Value)));
    }

    [Fact]
    public void LabelsChangeBothHalves()
    {
        var model = Create(classes: 3);
        var images = rand(20, 1, 4, 4);
        var (first, second) = (zeros(20, dtype: ScalarType.Int64), ones(20, dtype: ScalarType.Int64));
        var codes = model.Encode(images, first);
        Assert.NotEqual(codes.data<long>().ToArray(), model.Encode(images, second).data<long>().ToArray());
        Assert.NotEqual(Values(model.Decode(codes, first)), Values(model.Decode(codes, second)));
    }

    [Fact]
    public void SamplesNeedAPriorAndAreAFunctionOfTheSeed()
    {
        var model = Create();
        Assert.Contains("FitPrior(data)", Assert.Throws<InvalidOperationException>(() => model.Sample(3, 9)).Message);
        using var data = Data();
        model.FitPrior(data);
        Assert.True(model.training);

        var samples = model.Sample(40, 9);

        Assert.Equal([40L, 1, 4, 4], samples.shape);
        Assert.Equal(Values(samples), Values(model.Sample(40, 9)));
        Assert.NotEqual(Values(samples), Values(model.Sample(40, 10)));
        Assert.Equal(Values(samples.narrow(0, 0, 7)), Values(model.Sample(7, 9)), static (a, b) => Math.Abs(a - b) < 1e-6);
        model.FitPrior(data, batchSize: 3);
        Assert.Equal(Values(samples), Values(model.Sample(40, 9)));
    }

    [Fact]
    public void SamplesAreOfTheClassAskedFor()
    {
        var model = Create(classes: 2);
        using var data = Data();
        model.FitPrior(data);
        var labels = arange(400, dtype: ScalarType.Int64) % 2;
        var images = model.Sample(400, 3, labels);
        var expected = new CodePrior(model.CodeCount, [2, 2], 2);
        expected.Count(model.Encode(data.Training.Samples.to(ScalarType.Float32) / 255, data.Training.Labels!), data.Training.Labels);
        Assert.Equal(Values(model.Decode(expected.Draw(400, 3, labels), labels)), Values(images));

        // Images of one class are bright above, those of the other below, and so differ in the codes of the first place.
        var codes = expected.Draw(400, 3, labels).select(1, 0).select(1, 0);
        var (above, below) = (
            model.Quantiser.Counts(codes.masked_select(labels == 0)),
            model.Quantiser.Counts(codes.masked_select(labels == 1))
        );
        Assert.True((above - below).abs().sum().item<float>() > 100);
    }

    [Fact]
    public void WhatDoesNotSuitTheModelIsSaid()
    {
        var (model, conditional) = (Create(), Create(classes: 2));
        using var data = Data();
        Assert.Contains(
            "takes floating-point samples [batch, 1, 4, 4]; it got Float32 [2, 1, 5, 4]",
            Assert.Throws<ArgumentException>(() => model.Encode(rand(2, 1, 5, 4))).Message
        );
        Assert.Contains("takes no labels", Assert.Throws<ArgumentException>(() => model.Sample(2, 1, tensor(new long[] { 0, 1 }))).Message);
        Assert.Contains("labels from 0 to 1", Assert.Throws<ArgumentException>(() => conditional.Sample(2, 1)).Message);
        Assert.Contains(
            "takes Int64 codes [batch, 2, 2]; it got Float32 [2, 2, 2]",
            Assert.Throws<ArgumentException>(() => model.Decode(rand(2, 2, 2))).Message
        );
        Assert.Contains(
            "takes Int64 codes [batch, 2, 2]; it got Int64 [2, 2, 3]",
            Assert.Throws<ArgumentException>(() => model.Decode(zeros([2, 2, 3], ScalarType.Int64))).Message
        );
        Assert.Contains(
            "takes codes from 0 to 5; one of these is 6",
            Assert.Throws<ArgumentException>(() => model.Decode(full([1, 2, 2], 6, ScalarType.Int64))).Message
        );
        Assert.Contains(
            "takes codes from 0 to 5; one of these is -1",
            Assert.Throws<ArgumentException>(() => model.Decode(full([1, 2, 2], -1, ScalarType.Int64))).Message
        );
        conditional.FitPrior(data);
        var (images, wrong) = (rand(2, 1, 4, 4), tensor(new long[] { 2, 0 }));
        foreach (
            var call in new Func<object>[]
            {
                () => conditional.Sample(2, 1, wrong),
                () => conditional.Encode(images, wrong),
                () => conditional.Reconstruct(images, wrong),
                () => conditional.Decode(zeros([2, 2, 2], ScalarType.Int64), wrong),
            }
        )
        {
            Assert.Contains("takes labels from 0 to 1; one of these is 2", Assert.Throws<ArgumentException>(call).Message);
        }

        using var unlabelled = SampleDataset.Create(new ImageCollection(new byte[160], 1, 4, 4), null, 0.2);
        Assert.Contains("labels from 0 to 1", Assert.Throws<ArgumentException>(() => conditional.FitPrior(unlabelled)).Message);
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        var model = Create(classes: 2);
        var (images, labels) = (rand(2, 1, 4, 4), tensor(new long[] { 0, 1 }));
        using var data = Data();
        model.FitPrior(data);
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            model.Reconstruct(images, labels).Dispose();
            model.FitPrior(data);
            model.Sample(2, 1, labels).Dispose();
            Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        var loose = Create(classes: 2);
        live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        loose.FitPrior(data);
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        loose.Dispose();
        Assert.True(DisposeScopeManager.Statistics.ThreadTotalLiveCount < live);
    }

    // With a codebook of what the encoder gives.
    private static SmallVqVae Create(int classes = 0)
    {
        var model = new SmallVqVae(classes: classes);
        var labels = classes == 0 ? null : arange(40, dtype: ScalarType.Int64) % classes;
        model.Quantiser.Quantise(model.EncodeVectors(rand(40, 1, 4, 4), labels));
        return model;
    }

    private static SampleDataset Data()
    {
        var random = new Random(5);
        var pixels = new byte[60 * 16];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i % 16 / 8 == i / 16 % 2 ? random.Next(256) : 0);
        }

        return SampleDataset.Create(
            new ImageCollection(pixels, 1, 4, 4, [.. Enumerable.Range(0, 60).Select(static i => i % 2)], ["above", "below"]),
            null,
            0.2
        );
    }

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
