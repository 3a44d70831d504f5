using ModelGen.Models;
using ModelGen.Tokenization;

namespace ModelGen.Prediction;

/// <summary>Whether a network and a tokenizer belong together.</summary>
internal static class TextNetwork
{
    /// <summary>What prevents the network from reading the tokenizer's texts; null if nothing does.</summary>
    public static string? Problem(Network model, Tokenizer tokenizer)
    {
        var name = model.GetName();
        return model.VocabularySize == 0 ? $"{name} reads no tokens; only a network with 'data: {{ tokens: … }}' reads texts."
            : tokenizer.VocabularySize > model.VocabularySize
                ? $"The tokenizer has {tokenizer.VocabularySize} tokens, but {name} has {model.VocabularySize}; use the tokenizer that the "
                    + "model was trained with."
            : tokenizer.IdOf(SpecialTokenRole.Padding) is { } padding && padding != model.PaddingId
                ? $"The tokenizer fills texts up with the token {padding}, but {name} leaves out {model.PaddingId}; use the tokenizer that "
                    + "the model was trained with."
            : null;
    }
}
