using ModelGen.Checkpoints;
using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class ClassifierExtractorTests : TorchTest
{
    private readonly TemporaryFolder _folder = new();

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public void LearnsToTellClassesApart()
    {
        var progress = new List<ClassifierProgress>();
        using var classifier = Train(seed: 1, epochs: 4, progress: new Reports(progress));
        var (images, labels) = Stripes(50, 99);
        Assert.Equal(1, classifier.TestAccuracy);
        Assert.Equal(labels.data<long>().ToArray(), classifier.Classify(images, batchSize: 7).data<long>().ToArray());
        Assert.Equal("classifier:1x12x10-3", classifier.Name);
        Assert.Equal([1, 2, 3, 4], progress.Select(static report => report.Epoch));
        Assert.True(progress[3].TrainLoss < progress[0].TrainLoss / 2);

        var features = classifier.Features(images, batchSize: 7);
        Assert.Equal((ScalarType.Float32, false), (features.dtype, features.requires_grad));
        Assert.Equal([50, 64], features.shape);
        Assert.True(allclose(features, classifier.Features(images), rtol: 1e-5, atol: 1e-6));

        // One class's images are nearer to each other than to the others', which is what features are for.
        var first = labels.eq(0);
        var center = features[first].mean([0L]);
        Assert.True(
            (features[first] - center).norm(1).mean().item<float>() * 2
                < (features[first.logical_not()] - center).norm(1).mean().item<float>()
        );
    }

    [Fact]
    public void AccuracyIsTheShareOfImagesWithTheirOwnClass()
    {
        using var classifier = Train(seed: 1, epochs: 4);
        var (images, labels) = Stripes(50, 99);
        labels[..10] = (labels[..10] + 1).remainder(3);
        Assert.Equal(0.8, classifier.Accuracy(images, labels));
    }

    [Theory]
    [InlineData(3, 5, 2)]
    [InlineData(64, 3, 2)]
    [InlineData(65, 40, 2)]
    [InlineData(127, 7, 2)]
    [InlineData(300, 1, 2)]
    public void EachEpochIsReportedOnce(int count, int epochs, uint seed)
    {
        var progress = new List<ClassifierProgress>();
        var (images, labels) = Stripes(count, seed);
        using var classifier = ClassifierExtractor.Train(images, labels, images, labels, 3, epochs, progress: new Reports(progress));
        Assert.Equal(Enumerable.Range(1, epochs), progress.Select(static report => report.Epoch));
        Assert.All(progress, report => Assert.Equal(epochs, report.Epochs));
        Assert.All(progress, report => Assert.InRange(report.TrainLoss, 1e-6, 2));
        Assert.Equal(classifier.Accuracy(images, labels), classifier.TestAccuracy, 1e-6);
    }

    [Fact]
    public void TheSeedDecides()
    {
        using var first = Train(seed: 1);
        using var same = Train(seed: 1);
        using var other = Train(seed: 2);
        Assert.Equal(first.Hash, same.Hash);
        Assert.NotEqual(first.Hash, other.Hash);
        Assert.Equal(64, first.Hash.Length);
    }

    [Fact]
    public void TheCallersRandomNumbersStayAsTheyWere()
    {
        manual_seed(5);
        var expected = rand(4).data<float>().ToArray();
        manual_seed(5);
        Train(seed: 1).Dispose();
        Assert.Equal(expected, rand(4).data<float>().ToArray());
    }

    [Fact]
    public void ASavedOneIsTheSameWhenLoaded()
    {
        using var saved = Train(seed: 1);
        saved.Save(_folder["classifier.safetensors"]);
        using var loaded = ClassifierExtractor.Load(_folder["classifier.safetensors"]);
        Assert.Equal(
            (saved.Name, saved.Hash, saved.TestAccuracy, saved.Seed, saved.Classes),
            (loaded.Name, loaded.Hash, loaded.TestAccuracy, loaded.Seed, loaded.Classes)
        );
        Assert.Equal(saved.Shape, loaded.Shape);
        var (images, _) = Stripes(20, 7);
        Assert.True(saved.Features(images).equal(loaded.Features(images)).all().item<bool>());

        saved.Save(_folder["again"]);
        Assert.Equal(File.ReadAllBytes(_folder["classifier.safetensors"]), File.ReadAllBytes(_folder["again"]));
    }

    [Fact]
    public void StateIsNamedAsInPyTorch()
    {
        using var classifier = Train(seed: 1);
        classifier.Save(_folder["c"]);
        using var file = Safetensors.Open(_folder["c"]);
        Assert.Equal(
            ["conv1.bias", "conv1.weight", "features.bias", "features.weight", "output.bias", "output.weight"],
            file.Entries.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 64)]
    [InlineData(2, 33, 17)]
    public void ImagesOfAnyShapeWillDo(int channels, int height, int width)
    {
        var images = rand(6, channels, height, width);
        var labels = tensor(new long[] { 0, 1, 0, 1, 0, 1 });
        using var classifier = ClassifierExtractor.Train(images, labels, images, labels, 2, epochs: 1);
        Assert.Equal([6, 64], classifier.Features(images).shape);
        classifier.Save(_folder["c"]);
        using var loaded = ClassifierExtractor.Load(_folder["c"]);
        Assert.Equal(classifier.Hash, loaded.Hash);
    }

    [Fact]
    public void OtherFilesAreRefused()
    {
        Safetensors.Write(_folder["other"], new Dictionary<string, Tensor> { ["a"] = ones(2) }, new Dictionary<string, string>());
        Assert.Contains("is not a classifier", Assert.Throws<ModelGenException>(() => ClassifierExtractor.Load(_folder["other"])).Message);
        Assert.Equal(
            $"The classifier '{_folder["none"]}' does not exist.",
            Assert.Throws<ModelGenException>(() => ClassifierExtractor.Load(_folder["none"])).Message
        );

        using var classifier = Train(seed: 1);
        classifier.Save(_folder["c"]);
        var (tensors, metadata) = Content(_folder["c"]);
        metadata["shape"] = "1,120,100";
        Safetensors.Write(_folder["shape"], tensors, metadata);
        Assert.Throws<ModelGenException>(() => ClassifierExtractor.Load(_folder["shape"]));
        metadata["shape"] = "1000000000,12,10";
        Safetensors.Write(_folder["large"], tensors, metadata);
        Assert.Contains("damaged classifier", Assert.Throws<ModelGenException>(() => ClassifierExtractor.Load(_folder["large"])).Message);
    }

    [Fact]
    public void WrongImagesAreRefused()
    {
        using var classifier = Train(seed: 1);
        Assert.Contains(
            "[0, 1]; these range from -1 to 1",
            Assert.Throws<ArgumentException>(() => classifier.Features(cat([full([1, 1, 12, 10], -1f), ones(1, 1, 12, 10)]))).Message
        );
        Assert.Throws<ArgumentException>(() => classifier.Features(full([1, 1, 12, 10], float.NaN)));
        Assert.Throws<ArgumentException>(() => classifier.Features(ones(1, 12, 10)));
        Assert.Throws<ArgumentException>(() => classifier.Features(ones([1, 1, 12, 10], dtype: ScalarType.Byte)));
        Assert.Throws<ArgumentException>(() => classifier.Features(ones(0, 1, 12, 10)));
        Assert.Contains(
            "trained on images [1, 12, 10]; these are [1, 12, 11]",
            Assert.Throws<ModelGenException>(() => classifier.Classify(ones(1, 1, 12, 11))).Message
        );
        var (images, labels) = Stripes(10, 3);
        Assert.Throws<ArgumentException>(() => ClassifierExtractor.Train(images, labels[..9], images, labels, 3));
        Assert.Throws<ArgumentException>(() => ClassifierExtractor.Train(images, labels, images, labels, 2));
        Assert.Contains(
            "The test images are [1, 10, 12] but the training images [1, 12, 10]",
            Assert.Throws<ArgumentException>(() => ClassifierExtractor.Train(images, labels, images.transpose(2, 3), labels, 3)).Message
        );
    }

    [Fact]
    public void TrainingAndComputingCanBeCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        var (images, labels) = Stripes(10, 3);
        AssertLeavesNothing(() =>
            Assert.Throws<OperationCanceledException>(() =>
                ClassifierExtractor.Train(
                    images,
                    labels,
                    images,
                    labels,
                    3,
                    epochs: 1000,
                    progress: new Canceller(cancelled),
                    cancellationToken: cancelled.Token
                )
            )
        );
        using var classifier = Train(seed: 1);
        Assert.Throws<OperationCanceledException>(() => classifier.Features(images, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void NothingIsLeft()
    {
        AssertLeavesNothing(() => Train(seed: 1).Dispose());
        using var classifier = Train(seed: 1);
        classifier.Save(_folder["c"]);
        AssertLeavesNothing(() => ClassifierExtractor.Load(_folder["c"]).Dispose());
        var (images, _) = Stripes(10, 3);
        AssertLeavesNothing(() => classifier.Features(images, 4).Dispose());
        AssertLeavesNothing(() => classifier.Classify(images, 4).Dispose());
    }

    private static ClassifierExtractor Train(ulong seed, int epochs = 1, IProgress<ClassifierProgress>? progress = null)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = Stripes(300, 1);
        var (testImages, testLabels) = Stripes(40, 2);
        return ClassifierExtractor.Train(images, labels, testImages, testLabels, 3, epochs, seed, progress: progress);
    }

    /// <summary>Noise under horizontal, vertical or diagonal stripes [N, 1, 12, 10].</summary>
    private static (Tensor Images, Tensor Labels) Stripes(int count, uint seed)
    {
        var noise = Sequence.Uniform(seed, count * 120);
        var pixels = new float[count * 120];
        for (var index = 0; index < pixels.Length; index++)
        {
            var (image, row, column) = (index / 120, index / 10 % 12, index % 10);
            var phase = (image % 3) switch
            {
                0 => row,
                1 => column,
                _ => row + column,
            };
            pixels[index] = (float)((0.4 * noise[index]) + (phase % 4 < 2 ? 0.6 : 0));
        }

        return (
            tensor(pixels).reshape(count, 1, 12, 10),
            tensor(Enumerable.Range(0, count).Select(static index => (long)(index % 3)).ToArray())
        );
    }

    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Content(string path)
    {
        using var file = Safetensors.Open(path);
        return (file.Entries.Keys.ToDictionary(static name => name, file.Read), new Dictionary<string, string>(file.Metadata));
    }

    private sealed class Reports(List<ClassifierProgress> reports) : IProgress<ClassifierProgress>
    {
        public void Report(ClassifierProgress value) => reports.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource source) : IProgress<ClassifierProgress>
    {
        public void Report(ClassifierProgress value) => source.Cancel();
    }
}
