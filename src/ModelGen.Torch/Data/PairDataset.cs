using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ModelGen.RandomNumbers;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pairs of texts as tokens, of which the last are held back for validation.</summary>
public sealed class PairDataset
{
    private const double UsualFraction = 0.1;

    private PairDataset(Tokenizer tokenizer, PairSplit training, PairSplit validation, string fingerprint) =>
        (Tokenizer, Training, Validation, Fingerprint) = (tokenizer, training, validation, fingerprint);

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

    /// <summary>Tokenizes pairs and splits them in their order; shuffle them first if that order means something.</summary>
    /// <param name="pairs">The pairs, at least two.</param>
    /// <param name="tokenizer">The tokenizer, which has a padding token and one that ends a text.</param>
    /// <param name="context">The most tokens of a source, and of a target with the one that ends it: the model's context length.</param>
    /// <param name="validationFraction">The fraction held back at the end, above 0 and below 1; if null, a tenth.</param>
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
    )
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        var padding = Special(tokenizer, SpecialTokenRole.Padding, "padding token, which fills short texts up");
        var end = Special(tokenizer, SpecialTokenRole.End, "token that ends a text");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(tokenizer.Serialize()));
        var tokens = new (int[] Source, int[] Target)[pairs.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            tokens[i] = (Encode(i, "source", pairs[i].Source), [.. Encode(i, "target", pairs[i].Target), end]);
            Check(i, "source", tokens[i].Source.Length, least: 1);
            Check(i, "target with its end", tokens[i].Target.Length, least: 0);
            foreach (var part in new[] { tokens[i].Source, tokens[i].Target })
            {
                hash.AppendData(MemoryMarshal.AsBytes([part.Length]));
                hash.AppendData(MemoryMarshal.AsBytes(part.AsSpan()));
            }

            progress?.Report((i + 1.0) / tokens.Length);
        }

        var split = (int)(tokens.Length * (1 - (validationFraction ?? UsualFraction)));
        if (split < 1 || split >= tokens.Length)
        {
            throw new ModelGenException(
                $"{tokens.Length} pairs leave {split} for training and {tokens.Length - split} for validation, and each needs at least "
                    + "one; use more pairs or a different validation fraction."
            );
        }

        hash.AppendData(MemoryMarshal.AsBytes([split]));
        device ??= CPU;
        return new PairDataset(
            tokenizer,
            new PairSplit(tokens[..split], padding, CounterRandom.Stream.TrainingOrder, device),
            new PairSplit(tokens[split..], padding, CounterRandom.Stream.ValidationOrder, device),
            Convert.ToHexStringLower(hash.GetHashAndReset())
        )
        {
            LongestLength = tokens.Max(static pair => Math.Max(pair.Source.Length, pair.Target.Length)),
        };

        int[] Encode(int index, string part, string text)
        {
            try
            {
                return tokenizer.Encode(text);
            }
            catch (ModelGenException exception)
            {
                throw new ModelGenException($"The {part} of pair {index + 1}: {exception.Message}", exception);
            }
        }

        void Check(int index, string part, int length, int least)
        {
            if (length < least)
            {
                throw new ModelGenException($"The {part} of pair {index + 1} is empty; there is nothing to read.");
            }

            if (length > context)
            {
                throw new ModelGenException(
                    $"The {part} of pair {index + 1} has {length} tokens, and the context is {context}; raise 'context' or leave "
                        + "the pair out."
                );
            }
        }
    }

    private static int Special(Tokenizer tokenizer, SpecialTokenRole role, string what) =>
        tokenizer.IdOf(role)
        ?? throw new ModelGenException($"The tokenizer has no {what}; create it with one, or with the model's CreateTokenizer.");
}
