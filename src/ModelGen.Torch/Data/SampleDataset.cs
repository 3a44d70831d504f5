using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.RandomNumbers;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>
/// Training and validation samples, kept on a device: images or tensors of one shape, or texts as tokens.
/// </summary>
public sealed class SampleDataset : IDisposable
{
    private SampleDataset(
        SampleCollection source,
        SampleCollection? test,
        SampleSplit training,
        SampleSplit validation,
        int[] classCounts,
        string fingerprint
    )
    {
        Shape = [.. source.Shape.Select(static length => (long)length)];
        TargetShape = source.TargetShape is { } target ? [.. target.Select(static length => (long)length)] : null;
        Range = (
            Math.Min(source.Range.Low, test?.Range.Low ?? source.Range.Low),
            Math.Max(source.Range.High, test?.Range.High ?? source.Range.High)
        );
        Unit = source.Unit;
        Classes = source.Classes.Count > 0 ? source.Classes : Numbered(source.ClassCounts.Count);
        ClassCounts = classCounts;
        Training = training;
        Validation = validation;
        Fingerprint = fingerprint;
        Problems = [.. source.Problems, .. test?.Problems ?? []];
        if (source is TokenizedTexts texts)
        {
            Tokenizer = texts.Tokenizer;
            Notes = Cuts(texts, "texts").Concat(test is TokenizedTexts others ? Cuts(others, "test texts") : []).ToArray();
        }

        if (test is null)
        {
            Unlearnable = LoneLabels.Refusal(source);
            Notes = LoneLabels.Note(source) is { } alone ? [.. Notes, alone] : Notes;
        }
    }

    private SampleDataset(SampleSplit training, SampleSplit validation, int[] classCounts)
    {
        Shape = training.Samples.shape[1..];
        Range = (0, 1);
        Unit = "images";
        Classes = Numbered(classCounts.Length);
        ClassCounts = classCounts;
        Training = training;
        Validation = validation;
        Fingerprint = Hash(training, validation);
        Problems = [];
    }

    /// <summary>The samples to train on.</summary>
    public SampleSplit Training { get; }

    /// <summary>The validation samples: the test samples, or else a held-back part of the training samples.</summary>
    public SampleSplit Validation { get; }

    /// <summary>
    /// The shape of a sample; [channels, height, width] for images, [-n] for texts of 1 to n tokens.
    /// </summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The shape of a target; null if samples have no targets.</summary>
    public IReadOnlyList<long>? TargetShape { get; }

    /// <summary>The inclusive range of all samples' values; 0 to 1 for images, the ids of all tokens for texts.</summary>
    public (float Low, float High) Range { get; }

    /// <summary>The noun for the data in the plural: <c>images</c>, <c>samples</c>, <c>texts</c>.</summary>
    public string Unit { get; }

    /// <summary>
    /// The class names in label order; the labels' numbers if the classes have no names, and empty if samples have no classes.
    /// </summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The number of <see cref="Training"/> samples in each class; empty if samples have no classes.</summary>
    public IReadOnlyList<int> ClassCounts { get; }

    /// <summary>SHA-256 of all samples, labels, targets, the split and the augmentation, as hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>The files that were left out because they cannot be used, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>The tokenizer that made the tokens of texts; null for other samples.</summary>
    public Tokenizer? Tokenizer { get; }

    /// <summary>
    /// What else is worth knowing about the samples, a sentence each, such as how many texts were cut, and which labels occur once.
    /// </summary>
    public IReadOnlyList<string> Notes { get; } = [];

    /// <summary>Splits images into training and validation and loads them onto a device.</summary>
    /// <param name="training">The images to train on.</param>
    /// <param name="test">The images to validate on; null to hold back some of <paramref name="training"/>.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null. It is stratified by class and the
    /// same images in every run; ignored if there are test images.</param>
    /// <param name="augmentation">How training images are augmented; null for no augmentation.</param>
    /// <param name="device">The device for the images, the CPU by default; it must be the model's device.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">Test images differ from training images in shape or classes, or there are too few images to hold
    /// some back.</exception>
    public static SampleDataset Create(
        ImageCollection training,
        ImageCollection? test,
        double? validationFraction,
        ImageAugmentation? augmentation = null,
        Device? device = null
    ) => Split(training, test, validationFraction, augmentation, device);

    /// <summary>Splits tensors into training and validation and loads them onto a device.</summary>
    /// <param name="training">The samples to train on.</param>
    /// <param name="test">The samples to validate on; null to hold back some of <paramref name="training"/>.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null. It is stratified by class and the
    /// same samples in every run; ignored if there are test samples.</param>
    /// <param name="device">The device for the samples, the CPU by default; it must be the model's device.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">Test samples differ from training samples in shape, targets or classes, or there are too few
    /// samples to hold some back.</exception>
    public static SampleDataset Create(
        TensorCollection training,
        TensorCollection? test,
        double? validationFraction,
        Device? device = null
    ) => Split(training, test, validationFraction, null, device);

    /// <summary>
    /// Makes tokens of texts, splits them into training and validation and loads them onto a device. A batch is as long as its longest
    /// text, and is made of texts of similar length.
    /// </summary>
    /// <param name="training">The texts to train on.</param>
    /// <param name="test">The texts to validate on, of classes that those to train on have; null to hold back some of
    /// <paramref name="training"/>.</param>
    /// <param name="tokenizer">The tokenizer. It needs a padding token unless all texts are equally long.</param>
    /// <param name="context">The most tokens of a text, at least 1: the model's context. Longer texts lose their end, see
    /// <see cref="Notes"/>.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null. It is stratified by class and the
    /// same texts in every run; ignored if there are test texts.</param>
    /// <param name="device">The device for the tokens, the CPU by default; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">A test text is of a class that the training texts lack, test texts have other targets, texts
    /// have different lengths and the tokenizer has no padding token, a text has no token or has the padding token written out, or there
    /// are too few texts to hold some back.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SampleDataset Create(
        TextCollection training,
        TextCollection? test,
        Tokenizer tokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        var share = test is null ? 1 : (double)training.Texts.Count / (training.Texts.Count + test.Texts.Count);
        return Split(
            Tokens(training, ReadingShare.Of(progress, 0, share)),
            test is null ? null : Tokens(test, ReadingShare.Of(progress, share, 1 - share)),
            validationFraction,
            null,
            device
        );

        TokenizedTexts Tokens(TextCollection texts, IProgress<double>? part) =>
            TokenizedTexts.Of(texts, training.Classes, tokenizer, context, part, cancellation);
    }

    /// <summary>Images that are tensors on a device already; the data set shares their memory.</summary>
    /// <param name="training">The images to train on, float32 [N, C, H, W] from 0 to 1.</param>
    /// <param name="labels">Their classes, int64 [N].</param>
    /// <param name="test">The images to validate on, float32 [M, C, H, W] from 0 to 1.</param>
    /// <param name="testLabels">Their classes, int64 [M].</param>
    /// <param name="classCounts">The number of training images in each class.</param>
    /// <returns>The data set, which the caller disposes as well as the tensors.</returns>
    internal static SampleDataset OfImages(Tensor training, Tensor labels, Tensor test, Tensor testLabels, int[] classCounts) =>
        new(
            new SampleSplit(training.alias(), labels.alias(), targets: null, CounterRandom.Stream.TrainingOrder, augmentation: null),
            new SampleSplit(test.alias(), testLabels.alias(), targets: null, CounterRandom.Stream.ValidationOrder, augmentation: null),
            classCounts
        );

    /// <summary>Frees the samples.</summary>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
    }

    /// <summary>Checks that the samples have the shape and the value range that a model is made for.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="shape">The shape of a sample.</param>
    /// <param name="range">The inclusive range of the values; null if any value is allowed.</param>
    internal void CheckFits(string model, ReadOnlySpan<long> shape, (double Low, double High)? range)
    {
        if (!shape.SequenceEqual([.. Shape]))
        {
            throw new ModelGenException(
                $"The data's {Unit} are [{string.Join(", ", Shape)}], but {model} is made for "
                    + $"[{string.Join(", ", shape.ToArray())}]; change the shape in the model's data, or read the {Unit} in that shape."
            );
        }

        if (range is var (low, high) && (Range.Low < (float)low || Range.High > (float)high))
        {
            throw new ModelGenException(
                FormattableString.Invariant(
                    $"The data's values lie between {Range.Low} and {Range.High}, but {model} is made for values from {low} to "
                ) + FormattableString.Invariant($"{high}; change the range in the model's data, or scale the {Unit}.")
            );
        }
    }

    /// <summary>Checks that a model reads the samples, if it reads tokens and they are texts, or that neither is so.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="vocabulary">How many tokens it knows; 0 if it reads no tokens.</param>
    /// <param name="context">The most tokens that it reads at once.</param>
    /// <param name="padding">The id of its padding token; negative if it has none.</param>
    internal void CheckReadable(string model, int vocabulary, long context, int padding)
    {
        if (Tokenizer is null != (vocabulary == 0))
        {
            throw new ModelGenException(
                Tokenizer is null
                    ? $"{model} reads tokens, but the data are {Unit}; create the data set from a {nameof(TextCollection)}."
                    : $"The data are texts, but {model} reads no tokens; give its spec 'data: {{ tokens: … }}'."
            );
        }

        if (Tokenizer is null)
        {
            return;
        }

        if (Tokenizer.VocabularySize > vocabulary)
        {
            throw new ModelGenException(
                $"The data's tokenizer has {Tokenizer.VocabularySize} tokens, but {model} has {vocabulary}; raise the model's "
                    + "vocabulary or use its own tokenizer."
            );
        }

        if (-Shape[0] > context)
        {
            throw new ModelGenException(
                $"The data's texts have up to {-Shape[0]} tokens, but {model} reads at most {context}; create the data set with the "
                    + "model's context."
            );
        }

        // Otherwise the model would read the padding.
        if (Tokenizer.IdOf(SpecialTokenRole.Padding) is { } filled && filled != padding)
        {
            throw new ModelGenException(
                $"The padding token of the data's tokenizer has the id {filled}, but {model} has "
                    + $"{(padding < 0 ? "none" : padding.ToString(CultureInfo.InvariantCulture))}; use the model's own tokenizer, with a "
                    + "'padding-token' in its spec."
            );
        }
    }

    /// <summary>Why no class can be learned from a part of the samples and measured on the other; null if one can.</summary>
    internal string? Unlearnable { get; }

    private static string[] Numbered(int classes) =>
        [.. Enumerable.Range(0, classes).Select(static label => label.ToString(CultureInfo.InvariantCulture))];

    private static IEnumerable<string> Cuts(TokenizedTexts texts, string what) =>
        texts.CutCount > 0
            ? [$"{texts.CutCount} of {texts.Count} {what} have more than {-texts.Shape[0]} tokens; what comes after those is not read"]
            : [];

    private static SampleDataset Split(
        SampleCollection training,
        SampleCollection? test,
        double? validationFraction,
        ImageAugmentation? augmentation,
        Device? device
    )
    {
        ArgumentNullException.ThrowIfNull(training);
        ValidationFraction.Check(validationFraction);

        if (test is not null)
        {
            CheckAlike(training, test);
        }

        if (training is TokenizedTexts texts)
        {
            CheckPadding(texts, test as TokenizedTexts);
        }

        Libtorch.Load();
        var isHeldBack = test is null
            ? HeldBackSamples.Choose(training.Count, training.Labels, validationFraction ?? ValidationFraction.Usual, training.Unit)
            : new bool[training.Count];
        var kept = Part.Of(training, [.. Enumerable.Range(0, training.Count).Where(index => !isHeldBack[index])]);
        var held = test is null
            ? Part.Of(training, [.. Enumerable.Range(0, training.Count).Where(index => isHeldBack[index])])
            : Part.Of(test, [.. Enumerable.Range(0, test.Count)]);
        var classCounts = new int[training.ClassCounts.Count];
        foreach (var label in kept.Labels ?? [])
        {
            classCounts[label]++;
        }

        return new SampleDataset(
            training,
            test,
            kept.Resident(CounterRandom.Stream.TrainingOrder, augmentation, device),
            held.Resident(CounterRandom.Stream.ValidationOrder, null, device),
            classCounts,
            Hash(training, kept, held, augmentation ?? new ImageAugmentation())
        );
    }

    private static void CheckPadding(TokenizedTexts training, TokenizedTexts? test)
    {
        var lengths = new[] { training, test }
            .OfType<TokenizedTexts>()
            .SelectMany(static texts => Enumerable.Range(0, texts.Count).Select(texts.Length))
            .ToArray();
        var (least, most) = (lengths.Min(), lengths.Max());
        if (least < most && training.Tokenizer.IdOf(SpecialTokenRole.Padding) is null)
        {
            throw new ModelGenException(
                $"The texts have from {least} to {most} tokens, but there is no token to fill short ones up with; name one in the model's "
                    + "data, as in 'tokens: { context: 64, padding-token: <pad> }'."
            );
        }
    }

    private static void CheckAlike(SampleCollection training, SampleCollection test)
    {
        var unit = training.Unit;
        if (!training.Shape.SequenceEqual(test.Shape))
        {
            throw new ModelGenException(
                $"The test {unit} are [{string.Join(", ", test.Shape)}] but the training "
                    + $"{unit} [{string.Join(", ", training.Shape)}]; read both at the same shape."
            );
        }

        if (Shapes(training.TargetShape) != Shapes(test.TargetShape))
        {
            throw new ModelGenException(
                $"The targets of the test {unit} are {Shapes(test.TargetShape)} but those of the training {unit} are "
                    + $"{Shapes(training.TargetShape)}; give both targets of the same shape."
            );
        }

        if (training.Labels is null != test.Labels is null)
        {
            throw new ModelGenException(
                $"The {(test.Labels is null ? "training" : "test")} {unit} have labels but the "
                    + $"{(test.Labels is null ? "test" : "training")} {unit} have none; give labels to both or to neither."
            );
        }

        if (!training.Classes.SequenceEqual(test.Classes))
        {
            throw new ModelGenException(
                $"The classes of the test {unit} ({Names(test)}) differ from those of the training {unit} ({Names(training)}); both "
                    + "need the same classes in the same order."
            );
        }

        if (test.ClassCounts.Count > training.ClassCounts.Count)
        {
            throw new ModelGenException(
                $"The test {unit} have labels up to {test.ClassCounts.Count - 1} but the training {unit} only up to "
                    + $"{training.ClassCounts.Count - 1}; every test class must also occur in training."
            );
        }
    }

    private static string Names(SampleCollection samples) =>
        samples.Classes.Count > 0 ? string.Join(", ", samples.Classes) : "without names";

    private static string Shapes(IReadOnlyList<int>? targets) => targets is null ? "missing" : $"[{string.Join(", ", targets)}]";

    private static string Hash(SampleCollection source, Part training, Part validation, ImageAugmentation augmentation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes([.. source.Shape, augmentation.HorizontalFlip ? 1 : 0, augmentation.CropPadding]));
        if (source is TokenizedTexts texts)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(texts.Tokenizer.Serialize()));
        }

        foreach (var part in new[] { training, validation })
        {
            hash.AppendData(MemoryMarshal.AsBytes([part.Indices.Length, part.Labels is null ? 0 : 1]));
            foreach (var index in part.Indices)
            {
                if (part.Source is TokenizedTexts ragged)
                {
                    hash.AppendData(MemoryMarshal.AsBytes([ragged.Length(index)]));
                }

                hash.AppendData(part.Source.Bytes(index));
            }

            if (part.Source.TargetShape is { } targets)
            {
                hash.AppendData(MemoryMarshal.AsBytes<int>([.. targets]));
            }

            foreach (var index in part.Indices)
            {
                hash.AppendData(part.Source.TargetBytes(index));
            }

            hash.AppendData(MemoryMarshal.AsBytes(part.Labels.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Block by block, so that images on another device are not all copied at once.
    private static string Hash(SampleSplit training, SampleSplit validation)
    {
        const int AtOnce = 1024;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var split in new[] { training, validation })
        {
            hash.AppendData(MemoryMarshal.AsBytes(split.Samples.shape.AsSpan()));
            foreach (var block in split.Blocks(AtOnce))
            {
                using var scope = NewDisposeScope();
                using var images = block;
                hash.AppendData(block.Samples.cpu().contiguous().bytes);
                hash.AppendData(block.Labels!.cpu().contiguous().bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Some samples of a collection, in order.</summary>
    private sealed record Part(SampleCollection Source, int[] Indices, int[]? Labels)
    {
        // Texts in order of length, so that those that are measured together need little padding.
        public static Part Of(SampleCollection source, int[] indices)
        {
            int[] ordered = source is TokenizedTexts texts ? [.. indices.OrderBy(texts.Length)] : indices;
            return new(source, ordered, source.Labels is { } labels ? Array.ConvertAll(ordered, index => labels[index]) : null);
        }

        public SampleSplit Resident(CounterRandom.Stream order, ImageAugmentation? augmentation, Device? device)
        {
            var lengths = Source is TokenizedTexts texts ? Array.ConvertAll(Indices, texts.Length) : null;
            using var samples = Source is TokenizedTexts ragged
                ? Padded(ragged)
                : Gathered(Source.Shape, Source is ImageCollection ? ScalarType.Byte : ScalarType.Float32, isTarget: false);
            using var targets = Source.TargetShape is { } shape ? Gathered(shape, ScalarType.Float32, isTarget: true) : null;
            using var labels = Labels is null ? null : torch.tensor(Array.ConvertAll(Labels, static label => (long)label));
            return new SampleSplit(
                At(samples, device),
                labels is null ? null : At(labels, device),
                targets is null ? null : At(targets, device),
                order,
                augmentation,
                lengths
            );
        }

        // In the narrowest type that holds all tokens.
        private Tensor Padded(TokenizedTexts texts)
        {
            var longest = Indices.Max(texts.Length);
            var rows = new int[(long)Indices.Length * longest];
            Array.Fill(rows, texts.Tokenizer.IdOf(SpecialTokenRole.Padding) ?? 0);
            for (var place = 0; place < Indices.Length; place++)
            {
                MemoryMarshal.Cast<byte, int>(texts.Bytes(Indices[place])).CopyTo(rows.AsSpan((int)((long)place * longest)));
            }

            using var wide = torch.tensor(rows, [Indices.Length, longest]);
            return wide.to(TokenStore.TypeOf(TokenWidth.Of(texts.Tokenizer.VocabularySize)));
        }

        private Tensor Gathered(IReadOnlyList<int> shape, ScalarType type, bool isTarget)
        {
            var gathered = torch.empty([Indices.Length, .. shape], dtype: type);
            var memory = gathered.bytes;
            var size = memory.Length / Indices.Length;
            for (var place = 0; place < Indices.Length; place++)
            {
                (isTarget ? Source.TargetBytes(Indices[place]) : Source.Bytes(Indices[place])).CopyTo(memory[(place * size)..]);
            }

            return gathered;
        }

        private static Tensor At(Tensor tensor, Device? device) => device is null ? tensor.alias() : tensor.to(device);
    }
}
