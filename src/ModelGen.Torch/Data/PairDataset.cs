using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ModelGen.RandomNumbers;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pairs of texts as tokens, some of which are held back for validation.</summary>
public sealed class PairDataset : IDisposable
{
    private readonly TokenDataset? _text;

    private PairDataset(Tokenizer tokenizer, PairSplit training, PairSplit validation, string fingerprint, TokenDataset? text)
    {
        (Tokenizer, Training, Validation, Fingerprint) = (tokenizer, training, validation, fingerprint);
        _text = text;
    }

    /// <summary>The tokenizer that made the tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The pairs to train on.</summary>
    public PairSplit Training { get; }

    /// <summary>The pairs held back for validation.</summary>
    public PairSplit Validation { get; }

    /// <summary>SHA-256 of all tokens, of the split and of the tokenizer, as hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>The most tokens that a source has, or a target with the one that ends it.</summary>
    public int LongestLength { get; private init; }

    /// <summary>What was left out because it cannot be used, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; private init; } = [];

    /// <summary>What to know about the data before training on them, each a sentence without a full stop.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Tokenizes pairs in memory, of which some are held back at random, the same at each time.</summary>
    /// <param name="pairs">The pairs, at least two.</param>
    /// <param name="tokenizer">The tokenizer, which has a padding token and one that ends a text.</param>
    /// <param name="context">The most tokens of a source, and of a target with the one that ends it: the model's context length.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share of pairs that have been tokenized, from 0 to 1.</param>
    /// <param name="cancellation">Cancels tokenizing.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">A source is empty, a text is longer than the context, the tokenizer lacks a character or one of
    /// the two tokens, or no pair is left for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">Tokenizing was cancelled.</exception>
    public static PairDataset Create(
        IReadOnlyList<TextPair> pairs,
        Tokenizer tokenizer,
        int context,
        double? validationFraction = null,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    ) => Create(new PairCollection(pairs), test: null, tokenizer, context, validationFraction, device, progress, cancellation);

    /// <summary>
    /// Tokenizes pairs. Of a file, those longer than the context are left out, see <see cref="Problems"/>; in memory they are an error.
    /// </summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="test">The pairs to validate on; null to hold some of the others back at random, the same at each time.</param>
    /// <param name="tokenizer">The tokenizer, which has a padding token and one that ends a text.</param>
    /// <param name="context">The most tokens of a source, and of a target with the one that ends it: the model's context length.</param>
    /// <param name="validationFraction">The fraction held back if there are no test pairs, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share of pairs that have been tokenized, from 0 to 1.</param>
    /// <param name="cancellation">Cancels tokenizing.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">A source in memory is empty or a text longer than the context, the tokenizer lacks a character
    /// or one of the two tokens, or no pair is left for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">Tokenizing was cancelled.</exception>
    public static PairDataset Create(
        PairCollection pairs,
        PairCollection? test,
        Tokenizer tokenizer,
        int context,
        double? validationFraction = null,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        ValidationFraction.Check(validationFraction);
        var padding = Special(tokenizer, SpecialTokenRole.Padding, "padding token, which fills short texts up");
        var end = Special(tokenizer, SpecialTokenRole.End, "token that ends a text");
        var problems = new List<FileProblem>([.. pairs.Problems, .. test?.Problems ?? []]);
        var part = test is null ? 1 : 0.5;
        var encoder = new PairEncoder(tokenizer, end, context, problems);
        var given = encoder.Encode(pairs, ReadingShare.Of(progress, 0, part), cancellation);
        var tested = test is null ? null : encoder.Encode(test, ReadingShare.Of(progress, part, 1 - part), cancellation);
        if (given.Count == 0 || tested is [])
        {
            throw new ModelGenException(
                $"No pair is left to {(given.Count == 0 ? "train" : "validate")} on{FileProblem.Summary(problems)}."
            );
        }

        var isHeldBack = tested is null
            ? HeldBackSamples.Choose(given.Count, labels: null, validationFraction ?? ValidationFraction.Usual, "pairs")
            : new bool[given.Count];
        var training = given.Where((_, index) => !isHeldBack[index]).ToList();
        var validation = tested ?? [.. given.Where((_, index) => isHeldBack[index])];
        device ??= CPU;
        return new PairDataset(
            tokenizer,
            new TokenizedPairs(training, padding, CounterRandom.Stream.TrainingOrder, device),
            new TokenizedPairs(validation, padding, CounterRandom.Stream.ValidationOrder, device),
            Hash(tokenizer, training, validation),
            text: null
        )
        {
            LongestLength = training.Concat(validation).Max(static pair => Math.Max(pair.Source.Length, pair.Target.Length)),
            Problems = problems,
        };
    }

    /// <summary>
    /// Makes pairs of a text, to learn from it without any labels (Raffel et al. 2020, "T5", section 3.1.4): in each sample of the text,
    /// drawn anew each time, some spans are replaced by a mask token each, and the target is these spans, each after a mask token.
    /// </summary>
    /// <param name="text">The text's tokens, in samples of the model's context length; disposed with the pairs.</param>
    /// <param name="rate">The share of tokens that are taken out, above 0 and below 1; at least one in each sample.</param>
    /// <param name="span">The mean length of the spans in tokens, 1 or more.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The rate or the length of spans is out of its range.</exception>
    /// <exception cref="ModelGenException">The tokenizer lacks a padding token, one that ends a text or a mask token, or what is taken out
    /// is longer than a sample together with the mask tokens.</exception>
    public static PairDataset Denoise(TokenDataset text, double rate = 0.15, double span = 3, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (rate is not (> 0 and < 1))
        {
            throw new ArgumentException($"The share of tokens that are taken out must be above 0 and below 1, not {rate}.", nameof(rate));
        }

        if (!(span >= 1 && double.IsFinite(span)))
        {
            throw new ArgumentException($"The mean length of spans must be 1 or more, not {span}.", nameof(span));
        }

        var padding = Special(text.Tokenizer, SpecialTokenRole.Padding, "padding token, from which targets are written");
        var end = Special(text.Tokenizer, SpecialTokenRole.End, "token that ends a text");
        var mask = Special(text.Tokenizer, SpecialTokenRole.Mask, "mask token, which stands for what is taken out");
        var corruption = new SpanCorruption(rate, span, mask, end);
        var context = text.Training.Context;
        var longest = context > 1 ? Math.Max(corruption.SourceLength(context), corruption.TargetLength(context)) : int.MaxValue;
        if (longest > context)
        {
            throw new ModelGenException(
                context > 1
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"A rate of {rate} in spans of {span} makes sources of {corruption.SourceLength(context)} and targets of "
                            + $"{corruption.TargetLength(context)} tokens of samples of {context}, and neither may be longer; "
                            + $"choose a smaller rate than {rate}, or longer spans."
                    )
                    : "Nothing can be taken out of samples of one token; choose a longer context."
            );
        }

        device ??= CPU;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text.Fingerprint} {rate:R} {span:R}")));
        return new PairDataset(
            text.Tokenizer,
            new DenoisingPairs(text.Training, corruption, padding, device),
            new DenoisingPairs(text.Validation, corruption, padding, device),
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            text
        )
        {
            LongestLength = longest,
            Problems = text.Problems,
            Notes = text.Notes,
        };
    }

    /// <summary>Frees the tokens of the text that the pairs are made of; those of given pairs need no freeing.</summary>
    public void Dispose() => _text?.Dispose();

    private static int Special(Tokenizer tokenizer, SpecialTokenRole role, string what) =>
        tokenizer.IdOf(role)
        ?? throw new ModelGenException($"The tokenizer has no {what}; create it with one, or with the model's CreateTokenizer.");

    private static string Hash(Tokenizer tokenizer, List<PairTokens> training, IReadOnlyList<PairTokens> validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(tokenizer.Serialize()));
        hash.AppendData(MemoryMarshal.AsBytes([training.Count]));
        foreach (var part in training.Concat(validation).SelectMany(static pair => new[] { pair.Source, pair.Target }))
        {
            hash.AppendData(MemoryMarshal.AsBytes([part.Length]));
            hash.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
