namespace ModelGen.Compiler.Surface;

/// <summary>What makes a tokenizer from the text that the model is trained on.</summary>
/// <param name="Type">The tokenizer of the runtime.</param>
/// <param name="LearnedSize">The words of the constant that says how many tokens it may take from that text; null where its tokens are
/// fixed.</param>
/// <param name="IsAskedFor">Whether the base class asks for it; otherwise it is there for programs and needs no model.</param>
internal sealed record TokenizerMember(string Type, string? LearnedSize, bool IsAskedFor);
