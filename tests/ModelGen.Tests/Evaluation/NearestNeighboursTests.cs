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
            var expected = Enumerable
                .Range(0, 40)
                .Select(index => (Index: (long)index, Distance: (samples[sample] - training[index]).square().sum().sqrt().item<double>()))
                .OrderBy(static entry => entry.Distance)
                .Take(3)
                .ToArray();
            Assert.Equal(expected.Select(static entry => entry.Index), found.Indices[sample].data<long>().ToArray());
            for (var rank = 0; rank < 3; rank++)
            {
                Assert.Equal(expected[rank].Distance, found.Distances[sample, rank].item<double>(), 1e-15);
            }
        }
    }

    [Fact]
    public void ImagesAreComparedPixelByPixelAndCopiesAreAtZero()
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
    public void OfTrainingSamplesThatAreReadInPartsTheNearestOfAllAreFound()
    {
        // Three to a part. Sample i is i everywhere, so that distances are those of the numbers times the root of the length.
        const long Length = 300_000;
        Assert.Equal(3, PairwiseDistances.BlockElements / Length);
        var training = tensor(new[] { 5f, 1, 9, 3, 9, 0, 7, 4 }).unsqueeze(1).expand(8, Length);
        using var found = NearestNeighbours.Find(tensor(new[] { 9f, 3.75f, 0 }).unsqueeze(1).expand(3, Length), training, 4);
        Assert.Equal([2, 4, 6, 0, 7, 3, 0, 1, 5, 1, 3, 7], found.Indices.reshape(-1).data<long>().ToArray());
        var expected = new[] { 0, 0, 2, 4, 0.25, 0.75, 1.25, 2.75, 0, 1, 3, 4 };
        Assert.Equal(
            expected,
            found.Distances.reshape(-1).data<double>().Select(static distance => distance / Math.Sqrt(Length)),
            static (one, other) => Math.Abs(one - other) < 1e-9
        );
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
