namespace ModelGen.Compiler.Surface;

/// <summary>What makes a tokenizer from the text that the model is trained on.</summary>
/// <param name="Type">The tokenizer of the runtime.</param>
/// <param name="LearnsFromText">Whether it takes its tokens from that text, as many as the model's vocabulary has; otherwise it needs nothing.</param>
/// <param name="IsAskedFor">Whether the base class asks for it; otherwise it is there for programs and needs no model.</param>
internal sealed record TokenizerMember(string Type, bool LearnsFromText, bool IsAskedFor);
