using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Answers;

/// <summary>Prompts that a policy writes answers to.</summary>
public sealed class PromptDataset : PromptedDataset
{
    private PromptDataset(
        Tokenizer tokenizer,
        AnswerEncoder encoder,
        AnswerTemplate? template,
        IReadOnlyList<EncodedPrompt> training,
        IReadOnlyList<EncodedPrompt> validation
    )
        : base(tokenizer, validation.Select(prompt => encoder.PromptText(prompt.Text)))
    {
        (Template, Training, Validation) = (template, training, validation);
        Fingerprint = Hash(tokenizer, training, validation);
    }

    /// <inheritdoc/>
    public override string Fingerprint { get; }

    /// <summary>How many prompts there are to train on.</summary>
    public int TrainingCount => Training.Count;

    /// <summary>How many prompts there are to validate on.</summary>
    public int ValidationCount => Validation.Count;

    /// <summary>The texts around a prompt; null for none.</summary>
    internal AnswerTemplate? Template { get; }

    internal IReadOnlyList<EncodedPrompt> Training { get; }

    /// <summary>The most tokens of a prompt with the end of its answer.</summary>
    internal int LongestLength => Training.Concat(Validation).Max(static prompt => prompt.Tokens.Length) + 1;

    internal IReadOnlyList<EncodedPrompt> Validation { get; }

    /// <summary>
    /// Tokenizes prompts. Of a file, those that cannot be used are left out, see <see cref="PromptedDataset.Problems"/>; in memory they are
    /// an error. If all are the same, such as an empty one that lets the model begin by itself, that is validated with as well.
    /// </summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="test">Those to validate on; null to hold some of the others back at random, the same at each time.</param>
    /// <param name="tokenizer">The model's tokenizer, with a token that ends a text.</param>
    /// <param name="context">The most tokens of a prompt and the end of its answer, at least 1: the model's context.</param>
    /// <param name="template">The texts around a prompt; null for none.</param>
    /// <param name="validationFraction">The fraction held back if there are no test prompts, above 0 and below 1; a tenth if null.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">The tokenizer has no token that ends a text, a prompt in memory cannot be used, or none is left
    /// for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PromptDataset Create(
        ExampleCollection<string> prompts,
        ExampleCollection<string>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template = null,
        double? validationFraction = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        ValidationFraction.Check(validationFraction);
        var encoder = new AnswerEncoder(tokenizer, template);
        var problems = new List<FileProblem>([.. prompts.Problems, .. test?.Problems ?? []]);
        var part = test is null ? 1 : 0.5;
        var given = Encoded(prompts, ReadingShare.Of(progress, 0, part));
        var tested = test is null ? null : Encoded(test, ReadingShare.Of(progress, part, 1 - part));
        if (given.Count == 0 || tested is [])
        {
            throw new ModelGenException(
                $"None of the prompts to {(given.Count == 0 ? "train" : "validate")} on can be used{FileProblem.Summary(problems)}."
            );
        }

        if (tested is null && given.TrueForAll(prompt => prompt.Text == given[0].Text))
        {
            return new PromptDataset(tokenizer, encoder, template, given, [given[0]])
            {
                Problems = problems,
                Notes = ["all prompts are the same, so that it is validated with as well"],
            };
        }

        var isHeldBack = tested is null
            ? HeldBackSamples.ChooseGroups(
                [.. given.Select(static prompt => prompt.Text)],
                validationFraction ?? ValidationFraction.Usual,
                "prompts"
            )
            : new bool[given.Count];
        return new PromptDataset(
            tokenizer,
            encoder,
            template,
            [.. given.Where((_, index) => !isHeldBack[index])],
            tested ?? [.. given.Where((_, index) => isHeldBack[index])]
        )
        {
            Problems = problems,
        };

        // An answer has at least the token that ends it.
        List<EncodedPrompt> Encoded(ExampleCollection<string> from, IProgress<double>? share) =>
            EncodedExamples.Of(
                from,
                text => new EncodedPrompt(text, encoder.Prompt(text)),
                prompt => [AnswerTokens.Of(prompt.Tokens, [encoder.End])],
                context,
                problems,
                share,
                cancellation
            );
    }

    private static string Hash(Tokenizer tokenizer, IReadOnlyList<EncodedPrompt> training, IReadOnlyList<EncodedPrompt> validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(tokenizer.Serialize()));
        hash.AppendData(MemoryMarshal.AsBytes([training.Count]));
        foreach (var prompt in training.Concat(validation))
        {
            hash.AppendData(MemoryMarshal.AsBytes([prompt.Tokens.Length]));
            hash.AppendData(MemoryMarshal.AsBytes(prompt.Tokens.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
