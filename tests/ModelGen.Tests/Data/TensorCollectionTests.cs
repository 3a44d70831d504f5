using ModelGen.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

/// <summary>Samples that are tensors of any rank, in memory and as a data set.</summary>
public sealed class TensorCollectionTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(2, 2)]
    [InlineData(1, 2, 1, 3)]
    public void EverySampleComesOnceInAPassWithItsLabelAndItsTarget(params int[] shape)
    {
        using var scope = NewDisposeScope();
        const int Count = 10;
        var size = shape.Aggregate((a, b) => a * b);

        // Sample n holds n, n + 1/8, n + 2/8 …, its label is n % 2, and its target is [-n, n].
        var samples = new TensorCollection(
            [.. Enumerable.Range(0, Count).SelectMany(n => Enumerable.Range(0, size).Select(i => n + (i / 8f)))],
            shape,
            [.. Enumerable.Range(0, Count).Select(static n => n % 2)],
            ["even", "odd"],
            [.. Enumerable.Range(0, Count).SelectMany(static n => new float[] { -n, n })],
            [2]
        );
        using var data = SampleDataset.Create(samples, null, validationFraction: 0.2);

        Assert.Equal(shape.Select(static length => (long)length), data.Shape);
        Assert.Equal([2L], data.TargetShape!);
        Assert.Equal((0, 9 + ((size - 1) / 8f)), data.Range);
        Assert.Equal("samples", data.Unit);
        Assert.Equal([4, 4], data.ClassCounts);
        var seen = new List<float>();
        foreach (var split in new[] { data.Training, data.Validation })
        {
            for (var batch = 0; batch < split.Count; batch++)
            {
                var one = split.Batch(1, seed: 3, batch);
                var values = one.Samples.data<float>().ToArray();
                Assert.Equal([1, .. shape], one.Samples.shape);
                Assert.Equal(Enumerable.Range(0, size).Select(i => values[0] + (i / 8f)), values);
                Assert.Equal((long)values[0] % 2, one.Labels!.item<long>());
                Assert.Equal([-values[0], values[0]], one.Targets!.data<float>().ToArray());
                seen.Add(values[0]);
            }

            var all = split.Blocks(3).ToList();
            Assert.Equal(split.Count, all.Sum(static block => block.Targets!.size(0)));
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(static n => (float)n), seen.Order());
    }

    [Fact]
    public void EverythingThatIsLearnedFromIsInTheFingerprint()
    {
        var prints = new List<string>();
        Add([1, 2, 3, 4], [1], null, null, null);
        Add([1, 2, 3, 5], [1], null, null, null);
        Add([1, 2, 3, 4], [2], null, null, null);
        Add([1, 2, 3, 4], [1], [0, 0, 1, 1], null, null);
        Add([1, 2, 3, 4], [1], null, [1, 2, 3, 4], [1]);
        Add([1, 2, 3, 4], [1], null, [1, 2, 3, 9], [1]);
        Add([1, 2, 3, 4], [1], null, [1, 2, 3, 4, 1, 2, 3, 4], [2]);
        Add([1, 2, 3, 4], [1], null, [1, 2, 3, 4, 1, 2, 3, 4], [1, 2]);

        Assert.Equal(prints.Count, prints.Distinct().Count());

        void Add(float[] values, int[] shape, int[]? labels, float[]? targets, int[]? targetShape)
        {
            var samples = new TensorCollection(values, shape, labels, null, targets, targetShape);
            using var data = SampleDataset.Create(samples, samples, validationFraction: 0.5);
            prints.Add(data.Fingerprint);
        }
    }

    [Fact]
    public void NumbersThatCannotBeLearnedFromAreToldWithTheirPlace()
    {
        Assert.StartsWith(
            "values[1, 0, 2] is NaN; a network can learn only from finite numbers.",
            Failure(static () => new TensorCollection([1, 2, 3, 4, 5, 6, 7, 8, float.NaN, 10, 11, 12], [2, 3]))
        );
        Assert.StartsWith(
            "targets[1, 0] is infinite;",
            Failure(static () => new TensorCollection([1, 2], [1], targets: [1, float.NegativeInfinity], targetShape: [1]))
        );
        Assert.StartsWith(
            "5 numbers do not make up one or more whole samples [2] of 2 numbers.",
            Failure(static () => new TensorCollection(new float[5], [2]))
        );
        Assert.StartsWith("0 numbers do not make", Failure(static () => new TensorCollection([], [2])));
        Assert.StartsWith(
            "1 targets for 2 samples; pass one for each.",
            Failure(static () => new TensorCollection(new float[4], [2], targets: [1], targetShape: [1]))
        );
        Assert.StartsWith(
            "Targets and their shape go together",
            Failure(static () => new TensorCollection(new float[4], [2], targets: [1, 2]))
        );
        Assert.StartsWith(
            "1 labels for 2 samples; pass one for each.",
            Failure(static () => new TensorCollection(new float[4], [2], labels: [1]))
        );
        Assert.StartsWith(
            "The label 2 is not a class of the 2 named ones",
            Failure(static () => new TensorCollection(new float[4], [2], [0, 2], ["a", "b"]))
        );
        Assert.Throws<ArgumentOutOfRangeException>(static () => new TensorCollection(new float[4], [2, 0]));
    }

    [Fact]
    public void WithoutTargetsThereAreNone() => Assert.Null(new TensorCollection([1, 2], [1]).Targets);

    [Fact]
    public void TestSamplesAreLikeTheOthers()
    {
        var training = new TensorCollection(new float[8], [2]);
        Assert.Equal(
            "The test samples are [4] but the training samples [2]; read both at the same shape.",
            Refusal(training, new TensorCollection(new float[8], [4]))
        );
        Assert.Equal(
            "The targets of the test samples are [1] but those of the training samples are missing; give both targets of the same shape.",
            Refusal(training, new TensorCollection(new float[8], [2], targets: new float[4], targetShape: [1]))
        );
        Assert.Equal(
            "The training samples have labels but the test samples have none; give labels to both or to neither.",
            Refusal(new TensorCollection(new float[8], [2], [0, 1, 0, 1]), training)
        );
        Assert.StartsWith("2 samples leave 2 for training and 0 for validation", Refusal(new TensorCollection(new float[4], [2]), null));
    }

    private static string Failure(Func<object> create) => Assert.Throws<ArgumentException>(create).Message;

    private static string Refusal(TensorCollection training, TensorCollection? test) =>
        Assert.Throws<ModelGenException>(() => SampleDataset.Create(training, test, validationFraction: 0.1).Dispose()).Message;
}
