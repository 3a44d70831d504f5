using System.Text;
using ModelGen.Models;
using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>Writes the target of a source with an <see cref="EncoderDecoder"/>, one token after another.</summary>
public static class SequenceGenerator
{
    /// <summary>Writes a target up to its end, or until it is as long as the model's context.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="source">The text to read, at least one token and no more than the model's context.</param>
    /// <param name="options">How to choose each token; with a temperature of 0 it is always the likeliest.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The target, without the token that ends it.</returns>
    /// <exception cref="ModelGenException">The source is empty, too long or contains something that the tokenizer has no token for, the
    /// tokenizer is not the model's, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public static string Generate(
        EncoderDecoder model,
        Tokenizer tokenizer,
        string source,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    )
    {
        var read = Encode(model, tokenizer, source);
        var sampler = new TokenSampler(options, seed, tokenizer, model.ContextLength);
        cancellationToken.ThrowIfCancellationRequested();
        using var decoder = new SequenceDecoder(model, tokenizer.VocabularySize);

        // The decoder reads what it starts from in place of the end.
        using var text = new Continuation(
            decoder.Start(read, [model.PaddingId]),
            sampler,
            options,
            tokenizer,
            count: model.ContextLength,
            longest: model.ContextLength
        );
        var written = new StringBuilder();
        while (text.Choose(out var piece))
        {
            written.Append(piece);
            cancellationToken.ThrowIfCancellationRequested();
            if (!text.GoesOn)
            {
                break;
            }

            decoder.Append(text.Sequence, text.Token);
        }

        return written.Append(text.Rest()).ToString();
    }

    /// <summary>Searches for the likeliest targets of a source: beam search.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="source">The text to read, at least one token and no more than the model's context.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The targets, the best first, without the token that ends them.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelGenException">The source is empty, too long or contains something that the tokenizer has no token for, the
    /// tokenizer is not the model's, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static IReadOnlyList<FoundText> Search(
        EncoderDecoder model,
        Tokenizer tokenizer,
        string source,
        BeamSearchOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var read = Encode(model, tokenizer, source);
        using var decoder = new SequenceDecoder(model, tokenizer.VocabularySize);
        var search = new BeamSearch(decoder, tokenizer, model.ContextLength, options);
        return search.Found(decoder.Start(read, [model.PaddingId]), cancellationToken);
    }

    private static int[] Encode(EncoderDecoder model, Tokenizer tokenizer, string source)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(source);
        var read = tokenizer.Encode(source);
        if (read.Length == 0 || read.Length > model.ContextLength)
        {
            throw new ModelGenException(
                $"The source has {read.Length} tokens, and {model.GetName()} reads 1 to {model.ContextLength} at once."
            );
        }

        if (tokenizer.VocabularySize > model.VocabularySize || tokenizer.IdOf(SpecialTokenRole.End) != model.EndId)
        {
            throw new ModelGenException($"The tokenizer is not that of {model.GetName()}; use the one that the model was trained with.");
        }

        return read;
    }
}
