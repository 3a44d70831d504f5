using ModelGen.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

public class SampleDatasetTests
{
    [Fact]
    public void TestImagesAreTheValidationSplit()
    {
        using var data = SampleDataset.Create(Numbered(20), Numbered(7), 0.5);
        Assert.Equal((20, 7), (data.Training.Count, data.Validation.Count));
        Assert.Equal([2L, 2, 3], data.Shape);
        Assert.Equal([5, 5, 5, 5], data.ClassCounts);
        Assert.Equal(ScalarType.Byte, data.Training.Samples.dtype);
        Assert.Equal([20, 2, 2, 3], data.Training.Samples.shape);
        Assert.Equal(Numbered(20).Pixels.ToArray(), data.Training.Samples.bytes.ToArray());
        Assert.Equal(Numbered(7).Pixels.ToArray(), data.Validation.Samples.bytes.ToArray());
        Assert.Equal([0, 1, 2, 3, 0, 1, 2], data.Validation.Labels!.data<long>().ToArray());
    }

    [Fact]
    public void ImagesThatAreTensorsAlreadyAreShared()
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (rand(2500, 1, 2, 3), arange(2500).remainder(3));
        var (test, testLabels) = (rand(7, 1, 2, 3), arange(7).remainder(3));
        using var data = SampleDataset.OfImages(images, labels, test, testLabels, [834, 833, 833, 0]);
        Assert.Equal((2500, 7), (data.Training.Count, data.Validation.Count));
        Assert.Equal([1L, 2, 3], data.Shape);
        Assert.Equal(["0", "1", "2", "3"], data.Classes);
        using var batch = data.Training.Batch(4, seed: 1, batch: 0);
        var chosen = data.Training.Indices(1, 0, 4);
        Assert.Equal(chosen.Select(static index => index % 3), batch.Labels!.data<long>().ToArray());
        Assert.True(batch.Samples.equal(images[tensor(chosen)]).all().item<bool>());

        images.zero_();
        Assert.Equal(0, data.Training.Samples.sum().item<float>());
        using var zeros = SampleDataset.OfImages(images, labels, test, testLabels, [834, 833, 833, 0]);
        using var same = SampleDataset.OfImages(images, labels, test, testLabels, [834, 833, 833, 0]);
        Assert.NotEqual(data.Fingerprint, zeros.Fingerprint);
        Assert.Equal(zeros.Fingerprint, same.Fingerprint);
        Assert.Equal(64, zeros.Fingerprint.Length);
    }

    [Theory]
    [InlineData(100, 0.1, 10)]
    [InlineData(100, 0.29, 29)]
    [InlineData(97, 0.2, 19)]
    [InlineData(2, 0.5, 1)]
    public void AFractionIsHeldBackEvenlyByClass(int count, double fraction, int heldBack)
    {
        using var data = SampleDataset.Create(Numbered(count), null, fraction);
        Assert.Equal(heldBack, data.Validation.Count);
        Assert.Equal(Enumerable.Range(0, count), Numbers(data.Training).Concat(Numbers(data.Validation)).Order());
        var held = Numbers(data.Validation).CountBy(static number => number % 4).ToDictionary();
        for (var label = 0; label < 4; label++)
        {
            var members = (count + 3 - label) / 4;
            Assert.InRange(held.GetValueOrDefault(label) - (members * fraction), -1, 1);
            if (label < data.ClassCounts.Count)
            {
                Assert.Equal(members - held.GetValueOrDefault(label), data.ClassCounts[label]);
            }
        }
    }

    [Fact]
    public void WhatIsHeldBackIsRandomButTheSameInEveryRun()
    {
        using var one = SampleDataset.Create(Numbered(200), null, 0.1);
        manual_seed(5).Dispose();
        using var other = SampleDataset.Create(Numbered(200), null, 0.1, new ImageAugmentation { HorizontalFlip = true });
        Assert.Equal(Numbers(one.Validation), Numbers(other.Validation));
        var gaps = Numbers(one.Validation).Zip(Numbers(one.Validation).Skip(1), static (from, to) => to - from);
        Assert.InRange(gaps.Distinct().Count(), 5, 20);
    }

    [Fact]
    public void ABatchIsAFunctionOfSeedAndNumberAlone()
    {
        var augmentation = new ImageAugmentation { HorizontalFlip = true, CropPadding = 1 };
        using var data = SampleDataset.Create(Numbered(50), Numbered(5), 0.5, augmentation);
        using var again = SampleDataset.Create(Numbered(50), Numbered(5), 0.5, augmentation);
        var first = Values(data.Training.Batch(8, 1, 9));
        data.Training.Batch(8, 1, 10).Dispose();
        manual_seed(123).Dispose();

        Assert.Equal(first, Values(data.Training.Batch(8, 1, 9)));
        Assert.Equal(first, Values(again.Training.Batch(8, 1, 9)));
        Assert.NotEqual(first, Values(data.Training.Batch(8, 2, 9)));
        Assert.NotEqual(first, Values(data.Training.Batch(8, 1, 8)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public void EveryEpochShowsEveryImageOnceInAnOrderOfItsOwn(int batchSize)
    {
        using var data = SampleDataset.Create(Numbered(21), null, 0.05);
        Assert.Equal(20, data.Training.SamplesPerEpoch);
        var shown = new List<int>();
        for (var batch = 0; shown.Count < 200; batch++)
        {
            using var images = data.Training.Batch(batchSize, 3, batch);
            Assert.Equal([batchSize, 2, 2, 3], images.Samples.shape);
            Assert.Equal(ScalarType.Float32, images.Samples.dtype);
            Assert.Equal(ScalarType.Int64, images.Labels!.dtype);
            var numbers = Numbers(images.Samples);
            Assert.Equal(numbers.Select(static number => number % 4L), images.Labels.data<long>().ToArray());
            shown.AddRange(numbers);
        }

        var epochs = shown.Take(200).Chunk(20).ToArray();
        Assert.All(epochs, epoch => Assert.Equal(Numbers(data.Training).Order(), epoch.Order()));
        Assert.Equal(epochs.Length, epochs.Select(static epoch => string.Join(',', epoch)).Distinct().Count());
    }

    [Fact]
    public void PixelsBecomeExactNumbersFromZeroToOne()
    {
        using var data = SampleDataset.Create(
            new ImageCollection([.. Enumerable.Range(0, 256).Select(static value => (byte)value)], 1, 16, 16),
            Grey(16, 16, 0),
            0.5
        );
        using var batch = data.Training.Batch(1, 1, 0);
        Assert.Null(batch.Labels);
        Assert.Equal(Enumerable.Range(0, 256).Select(static value => value / 255f), batch.Samples.data<float>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void BlocksAreTheSplitInOrderAsItIs(int batchSize)
    {
        using var data = SampleDataset.Create(Numbered(10), null, 0.1, new ImageAugmentation { HorizontalFlip = true, CropPadding = 2 });
        var numbers = new List<int>();
        var labels = new List<long>();
        long blocks = 0;
        foreach (var block in data.Training.Blocks(batchSize))
        {
            blocks++;
            Assert.InRange(block.Samples.size(0), 1, batchSize);
            numbers.AddRange(Numbers(block.Samples));
            labels.AddRange(block.Labels!.data<long>().ToArray());
            block.Dispose();
        }

        Assert.Equal(blocks, data.Training.BlockCount(batchSize));
        Assert.Equal(Numbers(data.Training), numbers);
        Assert.Equal(data.Training.Labels!.data<long>().ToArray(), labels);
    }

    /// <summary>Against flips and crops one pixel at a time.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void FlipsAndCropsMoveThePixelsThatTheyShould(bool flip, int padding)
    {
        const int Channels = 2,
            Height = 4,
            Width = 5,
            Count = 6,
            BatchSize = 8;
        var pixels = new byte[Count * Channels * Height * Width];
        new Random(1).NextBytes(pixels);
        var augmentation = new ImageAugmentation { HorizontalFlip = flip, CropPadding = padding };
        var images = new ImageCollection(pixels, Channels, Height, Width);
        using var data = SampleDataset.Create(images, images, 0.5, augmentation);
        for (var batch = 0; batch < 10; batch++)
        {
            using var shown = data.Training.Batch(BatchSize, 7, batch);
            var actual = shown.Samples.data<float>().ToArray();
            var indices = data.Training.Indices(7, (long)batch * BatchSize, BatchSize);
            var place = 0;
            for (var row = 0; row < BatchSize; row++)
            {
                var (isFlipped, top, left) = SampleSplit.Variation(augmentation, 7, (batch * BatchSize) + row);
                for (var channel = 0; channel < Channels; channel++)
                {
                    for (var y = 0; y < Height; y++)
                    {
                        for (var x = 0; x < Width; x++)
                        {
                            var (fromX, fromY) = (left - padding + (isFlipped ? Width - 1 - x : x), top - padding + y);
                            var inside = fromX is >= 0 and < Width && fromY is >= 0 and < Height;
                            Assert.Equal(
                                inside ? images.Image((int)indices[row])[(int)((((channel * Height) + fromY) * Width) + fromX)] / 255f : 0,
                                actual[place++]
                            );
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void VariationsTakeEveryValueEquallyOften()
    {
        const int Draws = 20_000;
        var augmentation = new ImageAugmentation { HorizontalFlip = true, CropPadding = 2 };
        var variations = Enumerable
            .Range(0, Draws)
            .Select(sample => SampleSplit.Variation(augmentation, 1, sample))
            .CountBy(static each => each)
            .ToDictionary();
        Assert.Equal(2 * 5 * 5, variations.Count);
        Assert.InRange(variations.Values.Sum(count => Math.Pow(count - (Draws / 50.0), 2) / (Draws / 50.0)), 20, 100); // 49 degrees of freedom
        Assert.All(Enumerable.Range(0, 100), sample =>
            Assert.Equal((false, 0, 0), SampleSplit.Variation(new ImageAugmentation(), 1, sample))
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageAugmentation { CropPadding = -1 });
    }

    [Fact]
    public void SplitsThatDoNotBelongTogetherAreRefused()
    {
        var training = Grey(2, 2, 0, 1);
        Assert.Contains("[1, 2, 3] but the training images [1, 2, 2]", Failure(training, new ImageCollection(new byte[6], 1, 2, 3)));
        Assert.Contains(
            "test images have labels but the training images have none",
            Failure(training, new ImageCollection(new byte[4], 1, 2, 2, [0]))
        );
        Assert.Contains("training images have labels but the test images have none", Failure(Named("a"), training));
        Assert.Contains("The classes of the test images (b) differ from those of the training images (a)", Failure(Named("a"), Named("b")));
        Assert.Contains(
            "up to 3 but the training images only up to 0",
            Failure(new ImageCollection(new byte[4], 1, 2, 2, [0]), new ImageCollection(new byte[4], 1, 2, 2, [3]))
        );
        Assert.Contains(
            "2 images leave 2 for training and 0 for validation with a validation fraction of 0.2",
            Failure(training, null, 0.2)
        );
        Assert.Contains("2 images leave 0 for training", Failure(training, null, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleDataset.Create(training, null, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleDataset.Create(training, null, double.NaN));

        static ImageCollection Named(string name) => new(new byte[4], 1, 2, 2, [0], [name]);
    }

    [Fact]
    public void TheFingerprintFollowsPixelsLabelsSplitAndAugmentation()
    {
        var fingerprints = new List<string>();
        Add(Grey(2, 2, 0, 1, 2, 3), null, 0.5);
        Add(Grey(2, 2, 0, 1, 2, 4), null, 0.5);
        Add(Grey(2, 2, 0, 1, 2, 3), null, 0.25);
        Add(Grey(1, 4, 0, 1, 2, 3), null, 0.5);
        Add(Grey(2, 2, 0, 1, 2, 3), Grey(2, 2, 5), 0.5);
        Add(new ImageCollection(Grey(2, 2, 0, 1, 2, 3).Pixels.ToArray(), 1, 2, 2, [0, 0, 0, 0]), null, 0.5);
        Add(Grey(2, 2, 0, 1, 2, 3), null, 0.5, new ImageAugmentation { HorizontalFlip = true });
        Add(Grey(2, 2, 0, 1, 2, 3), null, 0.5, new ImageAugmentation { CropPadding = 1 });
        Assert.Equal(fingerprints.Count, fingerprints.Distinct().Count());
        Add(Grey(2, 2, 0, 1, 2, 3), null, 0.5, new ImageAugmentation());
        Assert.Equal(fingerprints[0], fingerprints[^1]);
        Assert.Matches("^[0-9a-f]{64}$", fingerprints[0]);

        void Add(ImageCollection training, ImageCollection? test, double fraction, ImageAugmentation? augmentation = null)
        {
            using var data = SampleDataset.Create(training, test, fraction, augmentation);
            fingerprints.Add(data.Fingerprint);
        }
    }

    [Fact]
    public void NothingOutlivesItsOwner()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        using (
            var data = SampleDataset.Create(Numbered(40), null, 0.25, new ImageAugmentation { HorizontalFlip = true, CropPadding = 1 }, CPU)
        )
        {
            Assert.Equal(before + 4, Tensor.TotalCount);
            for (var batch = 0; batch < 5; batch++)
            {
                data.Training.Batch(8, 1, batch).Dispose();
            }

            data.Validation.Batch(8, 1, 0).Dispose();
            foreach (var block in data.Validation.Blocks(4))
            {
                block.Dispose();
            }

            Assert.Equal(before + 4, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>Images of 2 × 2 × 3, each filled with its own number, of four classes in turn.</summary>
    private static ImageCollection Numbered(int count) =>
        new(
            [.. Enumerable.Range(0, count).SelectMany(static number => Enumerable.Repeat((byte)number, 12))],
            2,
            2,
            3,
            [.. Enumerable.Range(0, count).Select(static number => number % 4)]
        );

    private static ImageCollection Grey(int height, int width, params byte[] greys) =>
        new([.. greys.SelectMany(grey => Enumerable.Repeat(grey, height * width))], 1, height, width);

    private static int[] Numbers(SampleSplit split) => [.. split.Samples.bytes.ToArray().Chunk(12).Select(static image => (int)image[0])];

    private static int[] Numbers(Tensor images) =>
        [.. images.data<float>().ToArray().Chunk(12).Select(static image => (int)Math.Round(image[0] * 255))];

    private static float[] Values(SampleBatch batch)
    {
        using (batch)
        {
            return [.. batch.Samples.data<float>().ToArray(), .. batch.Labels!.data<long>().ToArray().Select(static label => (float)label)];
        }
    }

    private static string Failure(ImageCollection training, ImageCollection? test, double fraction = 0.5) =>
        Assert.Throws<ModelGenException>(() => SampleDataset.Create(training, test, fraction)).Message;
}
