using System.Text;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>Generates text with a language model, one token after another.</summary>
public static class TextGenerator
{
    /// <summary>Continues a text.</summary>
    /// <param name="model">The model; it is in evaluation mode while it generates.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, the model is not
    /// causal, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public static string Generate(
        LanguageModel model,
        Tokenizer tokenizer,
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    ) => new StringBuilder().AppendJoin("", Stream(model, tokenizer, prompt, count, options, seed, cancellationToken)).ToString();

    /// <summary>Continues a text and yields each piece as soon as it is generated.</summary>
    /// <param name="model">The model; it is in evaluation mode while it generates.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="prompt">The text to continue, at least one character; the model sees as much of its end as its context holds.</param>
    /// <param name="count">How many tokens to generate at most; the tokenizer's end-of-text token, which is not shown, ends the text
    /// before.</param>
    /// <param name="options">How to choose each token.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>Pieces of the continuation; none splits a character.</returns>
    /// <exception cref="ModelGenException">The prompt is empty or contains something that the tokenizer has no token for, the model is not
    /// causal, or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">The generation was cancelled.</exception>
    public static IEnumerable<string> Stream(
        LanguageModel model,
        Tokenizer tokenizer,
        string prompt,
        int count,
        SamplingOptions options,
        ulong seed = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!model.IsCausal)
        {
            throw new ModelGenException(
                $"{model.GetName()} sees later tokens when it predicts one, so that it cannot continue a text; MaskFilling fills gaps in "
                    + "one."
            );
        }

        var sampler = new TokenSampler(options, seed);
        var tokens = tokenizer.Encode(prompt);
        if (tokens.Length == 0)
        {
            throw new ModelGenException(
                "There is nothing to continue: the prompt is empty; pass at least one character, such as a line break."
            );
        }

        if (tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new ModelGenException(
                $"The tokenizer has {tokenizer.VocabularySize} tokens, but {model.GetName()} has {model.VocabularySize}; use the "
                    + "tokenizer that the model was trained with."
            );
        }

        sampler.Read(tokens);
        return Pieces(model, tokenizer, tokens, count, sampler, cancellationToken);
    }

    private static IEnumerable<string> Pieces(
        LanguageModel model,
        Tokenizer tokenizer,
        int[] prompt,
        int count,
        TokenSampler sampler,
        CancellationToken cancellationToken
    )
    {
        var context = model.ContextLength;
        var device = model.Device;
        var window = prompt.Skip(prompt.Length - context).Select(static token => (long)token).ToList();
        var logits = new float[tokenizer.VocabularySize];
        var decoder = tokenizer.CreateDecoder();
        var end = tokenizer.IdOf(SpecialTokenRole.End);
        for (var written = 0; written < count; written++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Score(model, window, device, logits);
            var token = sampler.Next(logits);
            if (token == end)
            {
                break;
            }

            if (window.Count == context)
            {
                window.RemoveAt(0);
            }

            window.Add(token);
            if (decoder.Append(token) is { Length: > 0 } piece)
            {
                yield return piece;
            }
        }

        if (decoder.Flush() is { Length: > 0 } rest)
        {
            yield return rest;
        }
    }

    /// <summary>The model's logits for the token after the window, limited to the tokenizer's vocabulary.</summary>
    private static void Score(LanguageModel model, List<long> window, Device device, float[] logits)
    {
        try
        {
            using var evaluation = EvaluationMode.Of(model);
            using var scope = NewDisposeScope();
            var tokens = tensor(window.ToArray(), [1, window.Count], device: device);
            LastScores.CopyTo(model.call(tokens), logits);
        }
        catch (Exception exception)
            when (OutOfMemory.Explain(exception, "give the model a smaller context, or use another device") is { } explained)
        {
            throw explained;
        }
    }
}
