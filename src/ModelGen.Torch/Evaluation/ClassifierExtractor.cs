using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Losses;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.RandomNumbers;
using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Features from a small classifier trained on the labelled data themselves: the activations of its penultimate layer. It needs no external
/// file and suits the data at hand, for example 28×28 greyscale images, which Inception does not; its figures are comparable only with each
/// other, never with published FIDs. The same classifier predicts the class of a sample.
/// </summary>
/// <remarks>
/// The classifier consists of 3×3 convolutions (32, 64, then 128 channels) that halve the image until it is 8×8 or smaller, a layer of 64
/// features, and the class logits, with ReLU in between. It is trained like any network, by a <see cref="SupervisedObjective"/>, with
/// <see cref="AdamW"/> on batches of 64, at a learning rate that decays along a cosine from 0.002.
/// </remarks>
public sealed class ClassifierExtractor : FeatureExtractor
{
    private const string Kind = "classifier";
    private const string FormatKey = "format";
    private const string Format = "modelgen-classifier-1";
    private const string ShapeKey = "shape";
    private const string ClassesKey = "classes";
    private const string AccuracyKey = "test_accuracy";
    private const string SeedKey = "seed";
    private const int MostInBatch = 64;

    private static readonly AdamWOptions Optimizer = new() { LearningRate = 2e-3 };
    private static readonly CosineSchedule Schedule = new();

    private readonly ClassifierNetwork _network;
    private readonly long[] _shape;

    private ClassifierExtractor(ClassifierNetwork network, long[] shape, int classes, ulong seed, Device device)
    {
        _network = network;
        _shape = shape;
        Classes = classes;
        Seed = seed;
        Device = device;
        Hash = HashOf(network);
    }

    /// <inheritdoc/>
    /// <remarks><c>classifier:CxHxW-CLASSES</c>.</remarks>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"classifier:{string.Join('x', _shape)}-{Classes}");

    /// <inheritdoc/>
    /// <remarks>Covers the weights: names, shapes and values.</remarks>
    public override string Hash { get; }

    /// <inheritdoc/>
    public override Device Device { get; }

    /// <summary>The shape of one image: channels, height, width.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>The number of classes it distinguishes.</summary>
    public int Classes { get; }

    /// <summary>The training seed.</summary>
    public ulong Seed { get; }

    /// <summary>The accuracy on the test images, from 0 to 1.</summary>
    public double TestAccuracy { get; private init; }

    /// <summary>
    /// Trains a classifier. The same data and seed give the same weights on the same machine; the state of torch's global RNG is restored.
    /// </summary>
    /// <param name="images">The training images, floating-point [N, C, H, W] in [0, 1].</param>
    /// <param name="labels">Their classes, Int64 [N].</param>
    /// <param name="testImages">The test images, [M, C, H, W].</param>
    /// <param name="testLabels">Their classes, Int64 [M].</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="epochs">Passes over the training images.</param>
    /// <param name="seed">Seeds the initial weights and the order of the images.</param>
    /// <param name="device">The device for training and inference; the CPU by default.</param>
    /// <param name="progress">Reports after each epoch.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The trained classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A dtype, a shape or a label is wrong.</exception>
    /// <exception cref="ModelGenException">libtorch cannot be loaded, or the training diverges.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ClassifierExtractor Train(
        Tensor images,
        Tensor labels,
        Tensor testImages,
        Tensor testLabels,
        int classes,
        int epochs = 6,
        ulong seed = 0,
        Device? device = null,
        IProgress<ClassifierProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        Libtorch.Load();
        var counts = CheckPairs(images, labels, classes, nameof(images), nameof(labels));
        _ = CheckPairs(testImages, testLabels, classes, nameof(testImages), nameof(testLabels));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        var shape = images.shape[1..];
        if (!testImages.shape.AsSpan(1).SequenceEqual(shape))
        {
            throw new ArgumentException(
                $"The test images are [{string.Join(", ", testImages.shape[1..])}] but the training images "
                    + $"[{string.Join(", ", shape)}]; give both the same shape.",
                nameof(testImages)
            );
        }

        device ??= CPU;
        var network = Create(shape, classes, seed, device);
        try
        {
            using var scope = NewDisposeScope();
            using var data = SampleDataset.OfImages(
                images.to(device).to(ScalarType.Float32),
                labels.to(device),
                testImages.to(device).to(ScalarType.Float32),
                testLabels.to(device),
                Array.ConvertAll(counts, static count => (int)count)
            );
            var accuracy = Fit(network, data, epochs, seed, progress, cancellationToken);
            return new ClassifierExtractor(network, shape, classes, seed, device) { TestAccuracy = accuracy };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Loads a classifier written by <see cref="Save"/>.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="device">The device for inference; the CPU by default.</param>
    /// <returns>The classifier, with the features and hash of the saved one; the caller disposes it.</returns>
    /// <exception cref="ModelGenException">The file is missing, damaged, or not a ModelGen classifier.</exception>
    public static ClassifierExtractor Load(string path, Device? device = null)
    {
        using var file = Safetensors.Open(path, Kind);
        if (!file.Metadata.TryGetValue(FormatKey, out var format) || format != Format)
        {
            throw new ModelGenException(
                $"'{path}' is not a classifier of this version of ModelGen: its metadata should have the format '{Format}'; retrain "
                    + "the classifier."
            );
        }

        if (!TryParse(file, out var shape, out var classes, out var seed, out var accuracy))
        {
            throw new ModelGenException(
                $"'{path}' is a damaged classifier: its metadata lack the shape, classes, seed or test accuracy, or do not match its "
                    + "tensors; retrain the classifier."
            );
        }

        var network = Create(shape, classes, seed, CPU);
        try
        {
            var state = network.state_dict();
            if (!state.Keys.Order(StringComparer.Ordinal).SequenceEqual(file.Entries.Keys.Order(StringComparer.Ordinal)))
            {
                throw new ModelGenException(
                    $"'{path}' is a damaged classifier: it does not contain exactly the tensors {string.Join(", ", state.Keys)}; "
                        + "retrain the classifier."
                );
            }

            foreach (var (name, tensor) in state)
            {
                file.ReadInto(name, tensor);
            }

            network.to(device ?? CPU);
            return new ClassifierExtractor(network, shape, classes, seed, device ?? CPU) { TestAccuracy = accuracy };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes the classifier as safetensors, atomically; keep it with its scores, so that other models can be scored with the same one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public void Save(string path) =>
        Safetensors.Write(
            path,
            _network.state_dict(),
            new Dictionary<string, string>
            {
                [FormatKey] = Format,
                [ShapeKey] = string.Join(',', _shape),
                [ClassesKey] = Classes.ToString(CultureInfo.InvariantCulture),
                [SeedKey] = Seed.ToString(CultureInfo.InvariantCulture),
                [AccuracyKey] = TestAccuracy.ToString("R", CultureInfo.InvariantCulture),
            },
            Kind
        );

    /// <summary>Predicts the class of each image.</summary>
    /// <param name="images">Floating-point [N, C, H, W] in [0, 1], on any device.</param>
    /// <param name="batchSize">Images per batch.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The class with the highest logit, Int64 [N] on the CPU.</returns>
    /// <exception cref="ArgumentException">The dtype, the shape or the range of the images is wrong.</exception>
    /// <exception cref="ModelGenException">The images differ in shape from the training images.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Classify(Tensor images, int batchSize = 256, CancellationToken cancellationToken = default) =>
        InBatches(images, batchSize, new EvaluationProgress(cancellationToken), batch => _network.call(Input(batch)).argmax(1));

    /// <summary>Measures the accuracy of <see cref="Classify"/>.</summary>
    /// <param name="images">Floating-point [N, C, H, W] in [0, 1].</param>
    /// <param name="labels">Their classes, Int64 [N].</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The share of images classified correctly.</returns>
    /// <exception cref="ArgumentException">A dtype, a shape or a label is wrong.</exception>
    /// <exception cref="ModelGenException">The images differ in shape from the training images.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public double Accuracy(Tensor images, Tensor labels, CancellationToken cancellationToken = default)
    {
        _ = CheckPairs(images, labels, Classes, nameof(images), nameof(labels));
        using var scope = NewDisposeScope();
        var right = Classify(images, cancellationToken: cancellationToken).eq(labels.cpu()).sum().item<long>();
        return (double)right / labels.size(0);
    }

    /// <inheritdoc/>
    public override void Dispose() => _network.Dispose();

    /// <inheritdoc/>
    protected override Tensor Extract(Tensor images) => _network.Features(Input(images));

    private static ClassifierNetwork Create(long[] shape, int classes, ulong seed, Device device)
    {
        // The modules draw their weights from the global generator, whose state is the caller's and must be restored.
        using var state = RngState.Get();
        try
        {
            manual_seed(unchecked((long)CounterRandom.Bits(seed, CounterRandom.Stream.ClassifierWeights, 0))).Dispose();
            var network = new ClassifierNetwork(shape[0], shape[1], shape[2], classes);
            network.to(device);
            return network;
        }
        finally
        {
            RngState.Set(state);
        }
    }

    /// <summary>Trains the network, and measures its accuracy on the test images.</summary>
    private static double Fit(
        ClassifierNetwork network,
        SampleDataset data,
        int epochs,
        ulong seed,
        IProgress<ClassifierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var batchSize = (int)Math.Min(MostInBatch, data.Training.Count);
        var options = new TrainingOptions
        {
            Optimizer = Optimizer,
            Schedule = Schedule,
            BatchSize = batchSize,
            Duration = Duration.Epochs(epochs),
            Validation = new ValidationOptions(),
        };
        var watch = new ClassifierWatch(epochs, progress);
        using var trainer = new Trainer(new SupervisedObjective(network, data, new CrossEntropyLoss()), options, seed)
        {
            // At least once in every pass, whose last batch is usually also the first of the next.
            ReportEvery = (int)(data.Training.Count / batchSize),
            Observers = { watch },
        };
        try
        {
            return trainer.Run(cancellationToken).Outcome == TrainingOutcome.Cancelled
                ? throw new OperationCanceledException(cancellationToken)
                : watch.Accuracy;
        }
        catch (DivergenceException diverged)
        {
            throw new ModelGenException(
                $"The classifier's training diverged; train it with another seed or on another device. {diverged.Message}",
                diverged
            );
        }
    }

    // The number of images in each class.
    private static long[] CheckPairs(Tensor images, Tensor labels, int classes, string imagesName, string labelsName)
    {
        CheckImages(images, imagesName);
        var counts = Labels.Count(labels, classes, labelsName);
        if (images.size(0) != labels.size(0))
        {
            throw new ArgumentException(
                $"Each image needs one label; got {images.size(0)} images and {labels.size(0)} labels.",
                labelsName
            );
        }

        return counts;
    }

    private static bool TryParse(Safetensors file, out long[] shape, out int classes, out ulong seed, out double accuracy)
    {
        var sizes = Text(ShapeKey).Split(',');
        shape = new long[3];
        var isShape = sizes.Length == shape.Length;
        for (var index = 0; isShape && index < sizes.Length; index++)
        {
            isShape =
                long.TryParse(sizes[index], NumberStyles.None, CultureInfo.InvariantCulture, out shape[index])
                && shape[index] is > 0 and < int.MaxValue;
        }

        var isClasses = int.TryParse(Text(ClassesKey), NumberStyles.None, CultureInfo.InvariantCulture, out classes) && classes > 0;
        var isSeed = ulong.TryParse(Text(SeedKey), NumberStyles.None, CultureInfo.InvariantCulture, out seed);
        var isAccuracy = double.TryParse(Text(AccuracyKey), NumberStyles.Float, CultureInfo.InvariantCulture, out accuracy);

        // The first and last tensors and the shape determine the size of the network: a damaged number must not allocate terabytes.
        return isShape
            && isClasses
            && isSeed
            && isAccuracy
            && file.Entries.TryGetValue("conv1.weight", out var first)
            && first.Shape.Count == 4
            && first.Shape[1] == shape[0]
            && file.Entries.TryGetValue("output.bias", out var last)
            && last.Shape.Count == 1
            && last.Shape[0] == classes;

        string Text(string key) => file.Metadata.TryGetValue(key, out var value) ? value : "";
    }

    private static string HashOf(ClassifierNetwork network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in network.state_dict().OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {Safetensors.Describe(tensor)}\n"));
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Tensor Input(Tensor images)
    {
        if (!images.shape.AsSpan(1).SequenceEqual(_shape))
        {
            throw new ModelGenException(
                $"The classifier was trained on images [{string.Join(", ", _shape)}]; these are "
                    + $"[{string.Join(", ", images.shape[1..])}]. Train a classifier on images of this shape."
            );
        }

        return images.to(ScalarType.Float32);
    }
}
