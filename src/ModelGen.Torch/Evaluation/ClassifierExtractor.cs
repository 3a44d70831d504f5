using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Checkpoints;
using ModelGen.Native;
using ModelGen.RandomNumbers;
using ModelGen.Training.Gradients;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Features from a small classifier trained on the labelled data themselves: the activations of its last layer but one. It needs no file
/// from elsewhere and knows the images at hand, greyscale 28×28 ones for example, which Inception does not; its figures compare with
/// each other only, never with published FIDs. The same classifier says which class a sample shows.
/// </summary>
/// <remarks>
/// The classifier is 3×3 convolutions (32, 64, then 128 channels) that halve the image until it is 8×8 or less, 64 features, and the
/// classes; ReLU in between. It is trained with <see cref="AdamW"/> on batches of 64, at a learning rate that falls along a cosine from
/// 0.002.
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
    private const int BatchSize = 64;

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
    /// <remarks>Of the weights: names, shapes and numbers.</remarks>
    public override string Hash { get; }

    /// <inheritdoc/>
    public override Device Device { get; }

    /// <summary>The shape of one image: channels, height, width.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; }

    /// <summary>The seed of its training.</summary>
    public ulong Seed { get; }

    /// <summary>The share of the test images that it gives their own class.</summary>
    public double TestAccuracy { get; private set; }

    /// <summary>
    /// Trains a classifier. The same data and seed give the same weights on the same machine; torch's global random numbers are left as
    /// they were.
    /// </summary>
    /// <param name="images">The training images, floating-point numbers [N, C, H, W] in [0, 1].</param>
    /// <param name="labels">Their classes, Int64 [N].</param>
    /// <param name="testImages">Images that it is tested on [M, C, H, W].</param>
    /// <param name="testLabels">Their classes, Int64 [M].</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="epochs">Passes over the training images.</param>
    /// <param name="seed">The seed of the initial weights and of the order of the images.</param>
    /// <param name="device">Where to train and compute; the CPU unless told otherwise.</param>
    /// <param name="progress">Told after every pass.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The trained classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A type, a shape or a label is wrong.</exception>
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
        CheckPairs(images, labels, classes, nameof(images), nameof(labels));
        CheckPairs(testImages, testLabels, classes, nameof(testImages), nameof(testLabels));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        device ??= CPU;
        var shape = images.shape[1..];
        var network = Create(shape, classes, seed, device);
        try
        {
            using (NewDisposeScope())
            {
                Fit(network, images.to(device).to(ScalarType.Float32), labels.to(device), epochs, seed, progress, cancellationToken);
            }

            var extractor = new ClassifierExtractor(network, shape, classes, seed, device);
            extractor.TestAccuracy = extractor.Accuracy(testImages, testLabels, cancellationToken);
            return extractor;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Loads a classifier that <see cref="Save"/> has written.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="device">Where to compute; the CPU unless told otherwise.</param>
    /// <returns>The classifier, which the caller disposes; its features and hash are those of the one that was saved.</returns>
    /// <exception cref="ModelGenException">The file is missing, damaged, or no classifier of ModelGen.</exception>
    public static ClassifierExtractor Load(string path, Device? device = null)
    {
        using var file = Safetensors.Open(path, Kind);
        if (!file.Metadata.TryGetValue(FormatKey, out var format) || format != Format)
        {
            throw new ModelGenException(
                $"'{path}' is no classifier of this version of ModelGen: its metadata should have the format '{Format}'; train the "
                    + "classifier anew."
            );
        }

        if (!TryParse(file, out var shape, out var classes, out var seed, out var accuracy))
        {
            throw new ModelGenException(
                $"'{path}' is a damaged classifier: its metadata lack its shape, classes, seed or test accuracy, or do not fit its "
                    + "tensors; train the classifier anew."
            );
        }

        var network = Create(shape, classes, seed, CPU);
        try
        {
            var state = network.state_dict();
            if (!state.Keys.Order(StringComparer.Ordinal).SequenceEqual(file.Entries.Keys.Order(StringComparer.Ordinal)))
            {
                throw new ModelGenException(
                    $"'{path}' is a damaged classifier: it does not hold the tensors {string.Join(", ", state.Keys)}; train the "
                        + "classifier anew."
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

    /// <summary>Writes the classifier as safetensors, atomically: beside a score, so that others can be made with the same one.</summary>
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

    /// <summary>Says which class each image shows.</summary>
    /// <param name="images">Floating-point numbers [N, C, H, W] in [0, 1], on any device.</param>
    /// <param name="batchSize">Images to compute at once.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The class with the highest score, Int64 [N] on the CPU.</returns>
    /// <exception cref="ArgumentException">The type, the shape or the range of the images is wrong.</exception>
    /// <exception cref="ModelGenException">The images have another shape than those that it was trained on.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Classify(Tensor images, int batchSize = 256, CancellationToken cancellationToken = default) =>
        InBatches(images, batchSize, new EvaluationProgress(cancellationToken), batch => _network.call(Input(batch)).argmax(1));

    /// <summary>Measures how often <see cref="Classify"/> is right.</summary>
    /// <param name="images">Floating-point numbers [N, C, H, W] in [0, 1].</param>
    /// <param name="labels">Their classes, Int64 [N].</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The share of images that get their own class.</returns>
    /// <exception cref="ArgumentException">A type, a shape or a label is wrong.</exception>
    /// <exception cref="ModelGenException">The images have another shape than those that it was trained on.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public double Accuracy(Tensor images, Tensor labels, CancellationToken cancellationToken = default)
    {
        CheckPairs(images, labels, Classes, nameof(images), nameof(labels));
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
        // The modules draw their weights from the caller's generator, which must not notice.
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

    private static void Fit(
        ClassifierNetwork network,
        Tensor images,
        Tensor labels,
        int epochs,
        ulong seed,
        IProgress<ClassifierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var count = images.size(0);
        var stepsPerEpoch = (count + BatchSize - 1) / BatchSize;
        var run = new RunLength(epochs * stepsPerEpoch, stepsPerEpoch, "images", BatchSize);
        using var optimizer = new AdamW(NamedParameter.AllOf(network), Optimizer);
        using var lossSum = new ScalarSum(images.device);
        long step = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var permutation = new RandomPermutation(CounterRandom.Bits(seed, CounterRandom.Stream.ClassifierOrder, (ulong)epoch), count);
            for (long start = 0; start < count; start += BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var rows = new long[Math.Min(BatchSize, count - start)];
                for (var row = 0; row < rows.Length; row++)
                {
                    rows[row] = permutation[start + row];
                }

                var batch = tensor(rows, device: images.device);
                var logits = network.call(images.index_select(0, batch));
                var loss = nn.functional.cross_entropy(logits, labels.index_select(0, batch));
                loss.backward();
                optimizer.Step(Schedule.LearningRate(Optimizer.LearningRate, step++, run));
                foreach (var parameter in network.parameters())
                {
                    parameter.grad = null;
                }

                lossSum.Add(loss, share: rows.Length);
            }

            var trainLoss = lossSum.Read() / count;
            if (!double.IsFinite(trainLoss))
            {
                throw new ModelGenException(
                    $"The classifier's training diverged in epoch {epoch + 1}: its loss is {trainLoss}; check that the images "
                        + "lie in [0, 1] and are no NaN."
                );
            }

            lossSum.Clear();
            progress?.Report(new ClassifierProgress(epoch + 1, epochs, trainLoss));
        }
    }

    private static void CheckPairs(Tensor images, Tensor labels, int classes, string imagesName, string labelsName)
    {
        CheckImages(images, imagesName);
        _ = Labels.Count(labels, classes, labelsName);
        if (images.size(0) != labels.size(0))
        {
            throw new ArgumentException(
                $"Each image needs one label; there are {images.size(0)} images and {labels.size(0)} labels.",
                labelsName
            );
        }
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

        // The first and the last tensor decide with the shape how large the network is: a damaged number must not ask for terabytes.
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
                    + $"[{string.Join(", ", images.shape[1..])}]. Train one on images of this shape."
            );
        }

        return images.to(ScalarType.Float32);
    }
}
