namespace ModelGen.Compiler.Surface;

/// <summary>Creates a tokenizer from the text that the model is trained on.</summary>
/// <param name="Type">The tokenizer of the runtime.</param>
/// <param name="LearnedSize">The words of the constant for how many tokens it may learn from that text; null where its tokens are
/// fixed.</param>
/// <param name="IsAskedFor">Whether the base class requires it; otherwise it is for programs and needs no model.</param>
internal sealed record TokenizerMember(string Type, string? LearnedSize, bool IsAskedFor)
{
    /// <summary>The roles of its special tokens, as the runtime names them, and how they are written.</summary>
    public IReadOnlyList<(string Role, string Text)> SpecialTokens { get; init; } = [];
}
