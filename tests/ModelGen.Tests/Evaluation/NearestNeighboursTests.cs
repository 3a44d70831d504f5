using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class NearestNeighboursTests : TorchTest
{
    [Fact]
    public void IsWhatOneByOneGives()
    {
        var (samples, training) = (Sequence.Points(1, 30, 3), Sequence.Points(2, 40, 3));
        using var found = NearestNeighbours.Find(samples, training, 3);
        for (var sample = 0; sample < 30; sample++)
        {
            var expected = Enumerable.Range(0, 40)
                .Select(index => (Index: (long)index, Distance: (samples[sample] - training[index]).square().sum().sqrt().item<double>()))
                .OrderBy(static entry => entry.Distance).Take(3).ToArray();
            Assert.Equal(expected.Select(static entry => entry.Index), found.Indices[sample].data<long>().ToArray());
            for (var rank = 0; rank < 3; rank++)
                Assert.Equal(expected[rank].Distance, found.Distances[sample, rank].item<double>(), 1e-15);
        }
    }

    [Fact]
    public void PicturesAreComparedPixelByPixelAndCopiesAreAtZero()
    {
        var training = Sequence.Points(1, 20, 2 * 3 * 4).reshape(20, 2, 3, 4).to(ScalarType.Float32);
        var samples = training[TensorIndex.Tensor(tensor(new[] { 7L, 0, 19 }))].clone();
        samples[2, 1, 2, 3] += 1f / 256;
        using var found = NearestNeighbours.Find(samples, training);
        Assert.Equal([7, 0, 19], found.Indices.reshape(-1).data<long>().ToArray());
        Assert.Equal([0, 0], found.Distances[..2].reshape(-1).data<double>().ToArray());
        Assert.Equal(1.0 / 256, found.Distances[2].item<double>(), 1e-7);
    }

    [Fact]
    public void MoreNeighboursThanTrainingSamplesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Find(ones(2, 3), ones(4, 3), 5));
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Find(ones(2, 3), ones(4, 2)));
        Assert.Throws<ModelGenException>(() => NearestNeighbours.Find(full([2, 3], float.PositiveInfinity), ones(4, 3)));
    }

    [Fact]
    public void NothingIsLeft()
    {
        var (samples, training) = (Sequence.Points(1, 30, 3), Sequence.Points(2, 40, 3));
        AssertLeavesNothing(() => NearestNeighbours.Find(samples, training, 3).Dispose());
        AssertLeavesNothing(() => DataCopying.Measure(samples, samples, training));
    }
}
