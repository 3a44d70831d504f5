using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Sampling;

/// <summary>Fills in masked tokens of a text with a model trained by <see cref="Objectives.MaskedTokenObjective"/>.</summary>
public static class MaskFilling
{
    /// <summary>Replaces each mask token by the likeliest token there; all are predicted at once.</summary>
    /// <param name="model">The model; it is in evaluation mode while it predicts.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="text">A text with the mask token written out, such as <c>"To be or not to &lt;mask&gt;"</c>, no longer than the model's
    /// context.</param>
    /// <returns>The text with the gaps filled.</returns>
    /// <exception cref="ModelGenException">The text has no mask token, is longer than the model's context, or contains something that the
    /// tokenizer has no token for.</exception>
    public static string Fill(LanguageModel model, Tokenizer tokenizer, string text)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        var tokens = tokenizer.Encode(text);
        if (tokenizer.SpecialTokens.FirstOrDefault(static token => token.Role == SpecialTokenRole.Mask) is not { } mask)
        {
            throw new ModelGenException("The tokenizer has no mask token; use the one that the model was trained with.");
        }

        if (!tokens.Contains(mask.Id))
        {
            throw new ModelGenException($"There is nothing to fill in: the text has no '{mask.Text}'; write it where a token is missing.");
        }

        if (tokens.Length > model.ContextLength)
        {
            throw new ModelGenException(
                $"The text has {tokens.Length} tokens, but {model.GetName()} reads at most {model.ContextLength} at once; shorten it."
            );
        }

        using var evaluation = EvaluationMode.Of(model);
        using var scope = NewDisposeScope();
        var input = tensor([.. tokens.Select(static token => (long)token)], [1, tokens.Length], device: model.Device);
        var scores = model.call(input).squeeze(0); // [time, vocabulary]

        // Only tokens of texts can fill a gap.
        var choices = tensor([.. tokenizer.TextTokens.Select(static token => (long)token)], device: model.Device);
        var best = choices.index_select(0, scores.index_select(1, choices).argmax(-1)).cpu().data<long>().ToArray();
        return tokenizer.Decode([.. tokens.Select((token, place) => token == mask.Id ? (int)best[place] : token)]);
    }
}
