using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelGen.Native;
using ModelGen.RandomNumbers;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>The tokens of a text, split by position: the first part is trained on, the rest is held back for validation.</summary>
public sealed class TokenDataset : IDisposable
{
    // The loss of a token deviates from its mean by one to three nats, so that the mean of a million is good to 0.003.
    private const long MostHeldBack = 1_000_000;

    // Of the progress, the share that writing or checking a file is; hashing its tokens is the rest.
    private const double FileShare = 0.8;

    private readonly TokenFile? _file;

    private TokenDataset(Tokenizer tokenizer, TokenSplit training, TokenSplit validation, string fingerprint, TokenFile? file)
    {
        Tokenizer = tokenizer;
        Training = training;
        Validation = validation;
        Fingerprint = fingerprint;
        _file = file;
    }

    /// <summary>The tokenizer that made the tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The tokens to train on.</summary>
    public TokenSplit Training { get; }

    /// <summary>The tokens held back for validation.</summary>
    public TokenSplit Validation { get; }

    /// <summary>SHA-256 of all tokens, of the split and of the tokenizer, as hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>The files that were left out because they are not text, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; private init; } = [];

    /// <summary>What to know about the data before training on them, each a sentence without a full stop.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Whether the tokens are read from a file rather than kept in memory.</summary>
    internal bool IsMapped => _file is not null;

    /// <summary>Tokenizes a text, splits the tokens and loads them onto a device.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="context">Tokens per sample, at least 1: the model's context length.</param>
    /// <param name="validationFraction">The fraction held back at the end, above 0 and below 1; if null, a tenth, but no more than a
    /// million tokens.</param>
    /// <param name="device">The device for the tokens, the CPU by default; it must be the model's device.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">One of the two parts is shorter than one context and the token after it, or the tokenizer lacks
    /// a character.</exception>
    public static TokenDataset Create(string text, Tokenizer tokenizer, int context, double? validationFraction, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Create(TextCorpus.Of(text), tokenizer, context, validationFraction, device);
    }

    /// <summary>
    /// Tokenizes a text and splits the tokens. The text is read piece by piece; its tokens take one, two or four bytes each, on the device.
    /// </summary>
    /// <remarks>
    /// Those of text files of at least 32 MiB are instead kept in a file, in a folder <c>.tokens</c> beside the text file or inside the
    /// folder of texts, and read from there for each batch: memory does not hold them, and the next data set of the same text and tokenizer
    /// does not make them again. A file that is damaged is written anew, and each text keeps the four files that were used last; the folder
    /// may be deleted at any time that nothing trains on it. Where it cannot be written, the tokens stay in memory, which
    /// <see cref="Notes"/> tells. Batches and fingerprint are the same in any case.
    /// </remarks>
    /// <param name="text">The whole text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="context">Tokens per sample, at least 1: the model's context length.</param>
    /// <param name="validationFraction">The fraction held back at the end, above 0 and below 1; if null, a tenth, but no more than a
    /// million tokens.</param>
    /// <param name="device">The device for the tokens, the CPU by default; it must be the model's device.</param>
    /// <param name="progress">Receives the share of the text that has been tokenized, from 0 to 1.</param>
    /// <param name="cancellation">Cancels tokenizing.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">One of the two parts is shorter than one context and the token after it, the tokenizer lacks
    /// a character, or a file of the text cannot be read or has changed.</exception>
    /// <exception cref="OperationCanceledException">Tokenizing was cancelled.</exception>
    public static TokenDataset Create(
        TextCorpus text,
        Tokenizer tokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    ) => Create(text, tokenizer, context, validationFraction, device, TokenCache.SmallestText, progress, cancellation);

    /// <summary>Tokenizes a text, and keeps the tokens of files of at least some length in a file.</summary>
    internal static TokenDataset Create(
        TextCorpus text,
        Tokenizer tokenizer,
        int context,
        double? validationFraction,
        Device? device,
        long smallestCached,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        ValidationFraction.Check(validationFraction);

        Libtorch.Load();
        if (text.Source is null || text.ByteCount < smallestCached)
        {
            return Resident(text, tokenizer, context, validationFraction, device, notes: [], progress, cancellation);
        }

        TokenFile file;
        try
        {
            file = new TokenCache(text).Open(tokenizer, ReadingShare.Of(progress, 0, FileShare), cancellation);
        }
        catch (ModelGenException exception) when (exception.InnerException is IOException or UnauthorizedAccessException)
        {
            string[] notes = [$"the tokens stay in memory and are made again at the next start: {exception.Message.TrimEnd('.')}"];
            return Resident(text, tokenizer, context, validationFraction, device, notes, progress, cancellation);
        }

        try
        {
            return Mapped(file, text, tokenizer, context, validationFraction, device, progress, cancellation);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Frees the tokens.</summary>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
        _file?.Dispose();
    }

    private static TokenDataset Resident(
        TextCorpus text,
        Tokenizer tokenizer,
        int context,
        double? validationFraction,
        Device? device,
        IReadOnlyList<string> notes,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var count = CorpusTokens.Count(text, tokenizer, cancellation);
        CheckLength(count, context, validationFraction);
        var split = TrainingLength(count, validationFraction);
        using var hash = Hash(tokenizer, split);
        using var tokens = empty(count, dtype: TokenStore.TypeOf(TokenWidth.Of(tokenizer.VocabularySize)));
        Encode(text, tokenizer, tokens, hash, progress, cancellation);
        using var resident = device is null ? tokens.alias() : tokens.to(device);
        return new TokenDataset(
            tokenizer,
            new TokenSplit(new ResidentTokens(resident.narrow(0, 0, split), context), context, CounterRandom.Stream.TrainingOrder),
            new TokenSplit(
                new ResidentTokens(resident.narrow(0, split, count - split), context),
                context,
                CounterRandom.Stream.ValidationOrder
            ),
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            file: null
        )
        {
            Problems = text.Problems,
            Notes = [.. notes, .. NotesOn(text, tokenizer)],
        };
    }

    private static TokenDataset Mapped(
        TokenFile file,
        TextCorpus text,
        Tokenizer tokenizer,
        int context,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        CheckLength(file.Count, context, validationFraction);
        var split = TrainingLength(file.Count, validationFraction);
        using var hash = Hash(tokenizer, split);
        foreach (var piece in file.Pieces(ReadingShare.Of(progress, FileShare, 1 - FileShare), cancellation))
        {
            hash.AppendData(MemoryMarshal.AsBytes(piece.Span));
        }

        return new TokenDataset(
            tokenizer,
            new TokenSplit(new MappedTokens(file, 0, split, device), context, CounterRandom.Stream.TrainingOrder),
            new TokenSplit(new MappedTokens(file, split, file.Count - split, device), context, CounterRandom.Stream.ValidationOrder),
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            file
        )
        {
            Problems = text.Problems,
            Notes = NotesOn(text, tokenizer),
        };
    }

    private static string[] NotesOn(TextCorpus text, Tokenizer tokenizer) =>
        text.DocumentCount > 1 && tokenizer.IdOf(SpecialTokenRole.End) is null
            ?
            [
                $"the {text.DocumentCount} files run together into one text, since the tokenizer has no token that ends a document: text "
                    + "that the model generates will not end by itself; name an 'end-token' in the spec unless that is meant",
            ]
            : [];

    private static IncrementalHash Hash(Tokenizer tokenizer, long split)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(tokenizer.Serialize()));
        hash.AppendData(split <= int.MaxValue ? MemoryMarshal.AsBytes([(int)split]) : MemoryMarshal.AsBytes([split]));
        return hash;
    }

    private static long TrainingLength(long tokens, double? validationFraction) =>
        validationFraction is { } fraction
            ? (long)(tokens * (1 - fraction))
            : Math.Max((long)(tokens * (1 - ValidationFraction.Usual)), tokens - MostHeldBack);

    private static void CheckLength(long tokens, int context, double? validationFraction)
    {
        var training = TrainingLength(tokens, validationFraction);
        if (HasBothParts(tokens))
        {
            return;
        }

        // From just below the least length, since rounding may move it; a fraction next to 0 or 1 has none.
        var fraction = validationFraction ?? ValidationFraction.Usual;
        var estimate = Math.Max(context / fraction, (context + 1) / (1 - fraction));
        var needed = (long)Math.Min(estimate, long.MaxValue / 2) - 2;
        var most = needed + 6;
        while (needed <= most && !HasBothParts(needed))
        {
            needed++;
        }

        var remedy = needed <= most ? $"a text of {needed} tokens or more, a smaller context or " : "";
        throw new ModelGenException(
            $"The text is too short: its {tokens} tokens leave {training} for training and {tokens - training} for validation, and each "
                + $"needs at least {context + 1} (one context of {context} and the token after it); use {remedy}a different validation "
                + "fraction."
        );

        bool HasBothParts(long all) =>
            TrainingLength(all, validationFraction) is var trained && trained > context && all - trained > context;
    }

    private static void Encode(
        TextCorpus text,
        Tokenizer tokenizer,
        Tensor tokens,
        IncrementalHash hash,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        long position = 0;
        foreach (var piece in CorpusTokens.Pieces(text, tokenizer, progress, cancellation))
        {
            hash.AppendData(MemoryMarshal.AsBytes(piece.Span));
            if (position + piece.Length <= tokens.numel())
            {
                using var part = tokens.narrow(0, position, piece.Length);
                Copy(piece.Span, part);
            }

            position += piece.Length;
        }

        if (position != tokens.numel())
        {
            throw new ModelGenException(
                $"The text had {tokens.numel()} tokens when it was checked, and {position} when it was read again; start again when "
                    + "nothing writes to its files."
            );
        }
    }

    private static void Copy(ReadOnlySpan<int> tokens, Tensor target)
    {
        switch (target.dtype)
        {
            case ScalarType.Byte:
                Copy(tokens, target.bytes, static token => (byte)token);
                break;
            case ScalarType.Int16:
                Copy(tokens, MemoryMarshal.Cast<byte, short>(target.bytes), static token => (short)token);
                break;
            default:
                tokens.CopyTo(MemoryMarshal.Cast<byte, int>(target.bytes));
                break;
        }
    }

    private static void Copy<T>(ReadOnlySpan<int> tokens, Span<T> target, Func<int, T> narrow)
    {
        for (var index = 0; index < tokens.Length; index++)
        {
            target[index] = narrow(tokens[index]);
        }
    }
}
