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
    private TokenDataset(Tokenizer tokenizer, TokenSplit training, TokenSplit validation, string fingerprint)
    {
        Tokenizer = tokenizer;
        Training = training;
        Validation = validation;
        Fingerprint = fingerprint;
    }

    /// <summary>The tokenizer that made the tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The tokens to train on.</summary>
    public TokenSplit Training { get; }

    /// <summary>The tokens held back for validation.</summary>
    public TokenSplit Validation { get; }

    /// <summary>SHA-256 of all tokens, of the split and of the tokenizer, as hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>Tokenizes a text, splits the tokens and loads them onto a device.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="context">Tokens per sample, at least 1: the model's context length.</param>
    /// <param name="validationFraction">The fraction held back at the end, above 0 and below 1.</param>
    /// <param name="device">The device for the tokens, the CPU by default; it must be the model's device.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">One of the two parts is shorter than one context and the token after it, or the tokenizer lacks
    /// a character.</exception>
    public static TokenDataset Create(string text, Tokenizer tokenizer, int context, double validationFraction, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        if (!(validationFraction > 0 && validationFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(validationFraction),
                validationFraction,
                "The fraction held back for validation must be above 0 and below 1."
            );
        }

        Libtorch.Load();
        var tokens = tokenizer.Encode(text);
        var split = (int)(tokens.Length * (1 - validationFraction));
        CheckLength("training", split, tokens.Length, context, 1 - validationFraction);
        CheckLength("validation", tokens.Length - split, tokens.Length, context, validationFraction);

        return new TokenDataset(
            tokenizer,
            new TokenSplit(
                Resident(tokens.AsSpan(0, split), tokenizer.VocabularySize, device),
                context,
                CounterRandom.Stream.TrainingOrder
            ),
            new TokenSplit(Resident(tokens.AsSpan(split), tokenizer.VocabularySize, device), context, CounterRandom.Stream.ValidationOrder),
            Hash(tokens, split, tokenizer)
        );
    }

    /// <summary>Frees the tokens.</summary>
    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
    }

    private static void CheckLength(string part, int length, int all, int context, double fraction)
    {
        if (length > context)
        {
            return;
        }

        var needed = (long)Math.Ceiling((context + 1) / fraction);
        throw new ModelGenException(
            $"The text is too short: its {all} tokens leave {length} for {part}, which needs at least {context + 1} (one context "
                + $"of {context} and the token after it); use a text of about {needed} tokens or more, a smaller context or a "
                + "different validation fraction."
        );
    }

    private static Tensor Resident(ReadOnlySpan<int> tokens, int vocabulary, Device? device)
    {
        using var narrow = vocabulary switch
        {
            <= byte.MaxValue + 1 => Copy(tokens, static token => (byte)token, ScalarType.Byte),
            <= short.MaxValue + 1 => Copy(tokens, static token => (short)token, ScalarType.Int16),
            _ => Copy(tokens, static token => token, ScalarType.Int32),
        };
        return device is null ? narrow.alias() : narrow.to(device);
    }

    private static Tensor Copy<T>(ReadOnlySpan<int> tokens, Func<int, T> narrow, ScalarType type)
        where T : unmanaged
    {
        var tensor = torch.empty(tokens.Length, dtype: type);
        var target = MemoryMarshal.Cast<byte, T>(tensor.bytes);
        for (var index = 0; index < tokens.Length; index++)
        {
            target[index] = narrow(tokens[index]);
        }

        return tensor;
    }

    private static string Hash(int[] tokens, int split, Tokenizer tokenizer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(tokenizer.Serialize()));
        hash.AppendData(MemoryMarshal.AsBytes([split]));
        hash.AppendData(MemoryMarshal.AsBytes(tokens.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
