using ModelGen.Tokenization;

namespace ModelGen.Layers;

/// <summary>A model that may read text.</summary>
public interface ITextModel
{
    /// <summary>
    /// The tokenizer that its weights were trained with: that of the checkpoint that they come from; null where it is not known, or the
    /// model reads no text.
    /// </summary>
    Tokenizer? Tokenizer { get; set; }

    /// <summary>The number of tokens that it knows, whose ids run from 0; 0 for a model that reads no tokens.</summary>
    int VocabularySize { get; }
}
