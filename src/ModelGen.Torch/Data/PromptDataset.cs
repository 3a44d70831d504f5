using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Tokenization;

namespace ModelGen.Data;

/// <summary>Prompts that a policy writes answers to, some of which are held back for validation.</summary>
public sealed class PromptDataset
{
    private PromptDataset(Tokenizer tokenizer, IReadOnlyList<EncodedPrompt> training, IReadOnlyList<EncodedPrompt> validation)
    {
        (Tokenizer, Training, Validation) = (tokenizer, training, validation);
        Fingerprint = Hash(tokenizer, training, validation);
    }

    /// <summary>The tokenizer that made the tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>How many prompts there are to train on.</summary>
    public int TrainingCount => Training.Count;

    /// <summary>How many prompts there are to validate on.</summary>
    public int ValidationCount => Validation.Count;

    /// <summary>SHA-256 of all tokens, of the split and of the tokenizer, as hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>What was left out because it cannot be used, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; private init; } = [];

    /// <summary>What to know about the prompts before training on them, each a sentence without a full stop.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    internal IReadOnlyList<EncodedPrompt> Training { get; }

    internal IReadOnlyList<EncodedPrompt> Validation { get; }

    /// <summary>
    /// Tokenizes prompts, of which some are held back at random, the same at each time. If all are the same prompt, such as an empty one,
    /// the policy is validated with that.
    /// </summary>
    /// <param name="prompts">The prompts, at least one; an empty one lets the model begin by itself.</param>
    /// <param name="tokenizer">The tokenizer, which has a token that ends an answer.</param>
    /// <param name="context">How many tokens the model reads at once.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">The tokenizer lacks a character or the end token, or no prompt is left for one of the two
    /// parts.</exception>
    public static PromptDataset Create(IReadOnlyList<string> prompts, Tokenizer tokenizer, int context, double? validationFraction = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        ValidationFraction.Check(validationFraction);
        var encoder = new AnswerEncoder(tokenizer);
        var problems = new List<FileProblem>();
        var encoded = new List<EncodedPrompt>(prompts.Count);
        for (var i = 0; i < prompts.Count; i++)
        {
            var tokens = encoder.Prompt(prompts[i]);
            if (tokens.Length > context)
            {
                problems.Add(
                    new FileProblem(Text($"prompt {i + 1}"), Text($"has {tokens.Length} tokens, and the context holds {context}"))
                );
                continue;
            }

            encoded.Add(new EncodedPrompt(prompts[i], tokens));
        }

        if (encoded.Count == 0)
        {
            throw new ModelGenException($"No prompt is left to train on{FileProblem.Summary(problems)}.");
        }

        if (encoded.TrueForAll(prompt => prompt.Text == encoded[0].Text))
        {
            return new PromptDataset(tokenizer, encoded, [encoded[0]])
            {
                Problems = problems,
                Notes = ["there is a single prompt, which is validated with as well"],
            };
        }

        var isHeldBack = HeldBackSamples.Choose(encoded.Count, labels: null, validationFraction ?? ValidationFraction.Usual, "prompts");
        return new PromptDataset(
            tokenizer,
            [.. encoded.Where((_, index) => !isHeldBack[index])],
            [.. encoded.Where((_, index) => isHeldBack[index])]
        )
        {
            Problems = problems,
        };
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

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
