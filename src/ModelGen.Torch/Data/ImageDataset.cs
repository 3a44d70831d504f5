using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pictures to train on and pictures held back for validation, resident on a device.</summary>
public sealed class ImageDataset : IDisposable
{
    // What is held back must not change with a run's seed: runs of several seeds are compared on the same pictures.
    private const ulong HeldBackSeed = 0;

    private ImageDataset(ImageCollection source, ImageSplit training, ImageSplit validation, int[] classCounts, string fingerprint)
    {
        Channels = source.Channels;
        Height = source.Height;
        Width = source.Width;
        Classes = source.Classes.Count > 0 ? source.Classes : [.. Enumerable.Range(0, source.ClassCounts.Count).Select(static label => label.ToString(CultureInfo.InvariantCulture))];
        ClassCounts = classCounts;
        Training = training;
        Validation = validation;
        Fingerprint = fingerprint;
    }

    /// <summary>The pictures to train on.</summary>
    public ImageSplit Training { get; }

    /// <summary>The pictures held back: the test pictures, or a part of the training pictures.</summary>
    public ImageSplit Validation { get; }

    /// <summary>Channels of a picture.</summary>
    public int Channels { get; }

    /// <summary>Rows of a picture.</summary>
    public int Height { get; }

    /// <summary>Columns of a picture.</summary>
    public int Width { get; }

    /// <summary>The names of the classes, in the order of their labels; their numbers where they have no names, and empty where pictures have no classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many pictures of each class <see cref="Training"/> has; empty where pictures have no classes.</summary>
    public IReadOnlyList<int> ClassCounts { get; }

    /// <summary>SHA-256 of all pictures, labels, the split and the augmentation, as hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>Splits pictures and makes them resident.</summary>
    /// <param name="training">The pictures to train on.</param>
    /// <param name="test">The pictures to validate on; null to hold back some of <paramref name="training"/>.</param>
    /// <param name="validationFraction">The part held back, above 0 and below 1, each class in its proportion and the same pictures in every run; without effect where there are test pictures.</param>
    /// <param name="augmentation">How training pictures are varied; null for not at all.</param>
    /// <param name="device">Where the pictures live; the CPU unless told otherwise. It must be the model's device.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">Test pictures differ from training pictures in shape or classes, or there are too few pictures to hold some back.</exception>
    public static ImageDataset Create(ImageCollection training, ImageCollection? test, double validationFraction, ImageAugmentation? augmentation = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (!(validationFraction > 0 && validationFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(validationFraction), validationFraction, "The fraction held back for validation lies between 0 and 1.");
        if (test is not null)
            CheckAlike(training, test);

        Libtorch.Load();
        var isHeldBack = test is null ? HeldBack(training, validationFraction) : new bool[training.Count];
        var kept = Part.Of(training, [.. Enumerable.Range(0, training.Count).Where(index => !isHeldBack[index])]);
        var held = test is null
            ? Part.Of(training, [.. Enumerable.Range(0, training.Count).Where(index => isHeldBack[index])])
            : Part.Of(test, [.. Enumerable.Range(0, test.Count)]);
        var classCounts = new int[training.ClassCounts.Count];
        foreach (var label in kept.Labels ?? [])
            classCounts[label]++;
        return new ImageDataset(
            training,
            kept.Resident(CounterRandom.Stream.TrainingOrder, augmentation, device),
            held.Resident(CounterRandom.Stream.ValidationOrder, null, device),
            classCounts,
            Hash(training, kept, held, augmentation ?? new ImageAugmentation()));
    }

    /// <summary>Frees the pictures.</summary>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
    }

    private static void CheckAlike(ImageCollection training, ImageCollection test)
    {
        if ((training.Channels, training.Height, training.Width) != (test.Channels, test.Height, test.Width))
            throw new ModelGenException($"The test pictures are [{test.Channels}, {test.Height}, {test.Width}] but the training pictures [{training.Channels}, {training.Height}, {training.Width}]; read both at one shape.");
        if (training.Labels is null != test.Labels is null)
            throw new ModelGenException($"The {(test.Labels is null ? "training" : "test")} pictures have labels but the {(test.Labels is null ? "test" : "training")} pictures have none; give labels to both or to neither.");
        if (!training.Classes.SequenceEqual(test.Classes))
            throw new ModelGenException($"The test pictures' classes ({Names(test)}) are not the training pictures' ({Names(training)}); both need the same in the same order.");
        if (test.ClassCounts.Count > training.ClassCounts.Count)
            throw new ModelGenException($"The test pictures have labels up to {test.ClassCounts.Count - 1} but the training pictures only up to {training.ClassCounts.Count - 1}; a class that is tested must be trained.");
    }

    private static string Names(ImageCollection images) => images.Classes.Count > 0 ? string.Join(", ", images.Classes) : "without names";

    /// <summary>
    /// Walks the classes one after another, each in a random order, and holds back every (1 / fraction)th picture: each class comes within one
    /// picture of its share, and the whole within half a picture.
    /// </summary>
    private static bool[] HeldBack(ImageCollection images, double fraction)
    {
        var heldBack = new bool[images.Count];
        var walked = 0;
        var held = 0;
        foreach (var members in Enumerable.Range(0, images.Count).GroupBy(index => images.Labels?[index] ?? 0).OrderBy(static group => group.Key))
        {
            int[] indices = [.. members];
            var order = new RandomPermutation(CounterRandom.Bits(HeldBackSeed, CounterRandom.Stream.HeldBack, (ulong)members.Key), indices.Length);
            for (var member = 0; member < indices.Length; member++)
            {
                walked++;
                var due = (int)Math.Floor((walked * fraction) + 0.5);
                heldBack[indices[order[member]]] = due > held;
                held = due;
            }
        }

        if (held == 0 || held == images.Count)
            throw new ModelGenException($"{images.Count} pictures leave {images.Count - held} for training and {held} for validation with a validation fraction of {fraction.ToString(CultureInfo.InvariantCulture)}; use more pictures or another fraction.");
        return heldBack;
    }

    private static string Hash(ImageCollection source, Part training, Part validation, ImageAugmentation augmentation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes([source.Channels, source.Height, source.Width, augmentation.HorizontalFlip ? 1 : 0, augmentation.CropPadding]));
        foreach (var part in new[] { training, validation })
        {
            hash.AppendData(MemoryMarshal.AsBytes([part.Indices.Length, part.Labels is null ? 0 : 1]));
            foreach (var index in part.Indices)
                hash.AppendData(part.Source.Image(index));
            hash.AppendData(MemoryMarshal.AsBytes(part.Labels.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Some pictures of a collection, in order.</summary>
    private sealed record Part(ImageCollection Source, int[] Indices, int[]? Labels)
    {
        public static Part Of(ImageCollection source, int[] indices) =>
            new(source, indices, source.Labels is { } labels ? Array.ConvertAll(indices, index => labels[index]) : null);

        public ImageSplit Resident(CounterRandom.Stream order, ImageAugmentation? augmentation, Device? device)
        {
            using var images = torch.empty([Indices.Length, Source.Channels, Source.Height, Source.Width], dtype: ScalarType.Byte);
            var target = images.bytes;
            var size = Source.Pixels.Length / Source.Count;
            for (var place = 0; place < Indices.Length; place++)
                Source.Image(Indices[place]).CopyTo(target[(place * size)..]);
            using var labels = Labels is null ? null : torch.tensor(Array.ConvertAll(Labels, static label => (long)label));
            return new ImageSplit(At(images, device), labels is null ? null : At(labels, device), order, augmentation);
        }

        private static Tensor At(Tensor tensor, Device? device) => device is null ? tensor.alias() : tensor.to(device);
    }
}
