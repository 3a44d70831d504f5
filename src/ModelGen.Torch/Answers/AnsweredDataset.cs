using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Data;
using ModelGen.RandomNumbers;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>Answers to prompts as tokens, some of which are held back for validation.</summary>
public abstract class AnsweredDataset : PromptedDataset
{
    private protected AnsweredDataset(Samples samples, Tokenizer tokenizer, int padding, Device? device)
        : base(tokenizer, samples.Validation.Select(static sample => sample.Prompt))
    {
        Training = new AnswerSplit(samples.Training, CounterRandom.Stream.TrainingOrder, padding, device ?? CPU);
        Validation = new AnswerSplit(samples.Validation, CounterRandom.Stream.ValidationOrder, padding, device ?? CPU);
        LongestLength = samples.Training.Concat(samples.Validation).Max(static sample => sample.Length);
        Fingerprint = Hash(tokenizer, samples);
    }

    /// <summary>The answers to train on.</summary>
    public AnswerSplit Training { get; }

    /// <summary>The answers held back for validation.</summary>
    public AnswerSplit Validation { get; }

    /// <summary>The most tokens of a prompt with an answer and its end.</summary>
    public int LongestLength { get; }

    /// <inheritdoc/>
    public sealed override string Fingerprint { get; }

    /// <summary>Makes samples of examples and splits them.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="test">Those to validate on; null to hold back those of some prompts, at random and the same at each time.</param>
    /// <param name="encode">Makes a sample of one.</param>
    /// <param name="context">The most tokens of a prompt with an answer and its end, at least 1.</param>
    /// <param name="validationFraction">The fraction held back if there are no test examples; a tenth if null.</param>
    /// <param name="unit">What the examples are, in the plural.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <exception cref="ModelGenException">An example in memory cannot be used, or none is left for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    private protected static Samples Split<T>(
        ExampleCollection<T> examples,
        ExampleCollection<T>? test,
        Func<T, AnswerSample> encode,
        int context,
        double? validationFraction,
        string unit,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
        where T : class
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        ValidationFraction.Check(validationFraction);
        var problems = new List<FileProblem>([.. examples.Problems, .. test?.Problems ?? []]);
        var part = test is null ? 1 : 0.5;
        var given = Encoded(examples, ReadingShare.Of(progress, 0, part));
        var tested = test is null ? null : Encoded(test, ReadingShare.Of(progress, part, 1 - part));
        if (given.Count == 0 || tested is [])
        {
            throw new ModelGenException(
                $"None of the {unit} to {(given.Count == 0 ? "train" : "validate")} on can be used{FileProblem.Summary(problems)}."
            );
        }

        if (tested is not null)
        {
            return new Samples(given, tested, problems);
        }

        var isHeldBack = HeldBackSamples.ChooseGroups(
            [.. given.Select(static sample => sample.Prompt)],
            validationFraction ?? ValidationFraction.Usual,
            unit
        );
        return new Samples([.. given.Where((_, index) => !isHeldBack[index])], [.. given.Where((_, index) => isHeldBack[index])], problems);

        List<AnswerSample> Encoded(ExampleCollection<T> from, IProgress<double>? share) =>
            EncodedExamples.Of(from, encode, static sample => sample.Sequences, context, problems, share, cancellation);
    }

    private static string Hash(Tokenizer tokenizer, Samples samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(tokenizer.Serialize()));
        hash.AppendData(MemoryMarshal.AsBytes([samples.Training.Count]));
        foreach (var sample in samples.Training.Concat(samples.Validation))
        {
            hash.AppendData(MemoryMarshal.AsBytes([sample.Number, .. sample.StepRatings]));
            foreach (var sequence in sample.Sequences)
            {
                hash.AppendData(MemoryMarshal.AsBytes([sequence.Tokens.Length]));
                hash.AppendData(MemoryMarshal.AsBytes(sequence.Tokens.AsSpan()));
                hash.AppendData(MemoryMarshal.AsBytes(sequence.IsAnswer.AsSpan()));
                hash.AppendData(MemoryMarshal.AsBytes([.. sequence.StepEnds]));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What is trained and validated on, and what was left out.</summary>
    private protected sealed record Samples(
        IReadOnlyList<AnswerSample> Training,
        IReadOnlyList<AnswerSample> Validation,
        IReadOnlyList<FileProblem> Problems
    );
}
