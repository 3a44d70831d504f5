using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>Writes the target of a source with an <see cref="EncoderDecoder"/>, one token after another.</summary>
public static class SequenceGenerator
{
    /// <summary>Writes a target up to its end, or until it is as long as the model's context.</summary>
    /// <param name="model">The model; it is in evaluation mode while it generates.</param>
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

        var sampler = new TokenSampler(options, seed);
        try
        {
            using var evaluation = EvaluationMode.Of(model);
            using var scope = NewDisposeScope();
            var tokens = tensor(Array.ConvertAll(read, static token => (long)token), [1, read.Length], device: model.Device);
            var presence = Presence.Of(tokens, model.PaddingId);
            var memory = model.Encoder.call(tokens);
            var written = new List<long> { model.PaddingId };
            var logits = new float[tokenizer.VocabularySize];

            // The decoder reads what it starts from in place of the end.
            while (written.Count <= model.ContextLength)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Score(model, written, memory, presence, logits);
                var token = sampler.Next(logits);
                if (token == model.EndId)
                {
                    break;
                }

                written.Add(token);
            }

            return tokenizer.Decode([.. written.Skip(1).Select(static token => (int)token)]);
        }
        catch (Exception exception)
            when (OutOfMemory.Explain(exception, "give the model a smaller context, or use another device") is { } explained)
        {
            throw explained;
        }
    }

    private static void Score(EncoderDecoder model, List<long> written, Tensor memory, Tensor presence, float[] logits)
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(written.ToArray(), [1, written.Count], device: model.Device);
        LastScores.CopyTo(model.Decoder.call((tokens, memory, presence)), logits);
    }
}
