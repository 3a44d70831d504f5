namespace ModelGen.Compiler.Surface;

/// <summary>A special token of a model's tokenizer.</summary>
/// <param name="Key">The key that names it, which is also the words of the constant for its id.</param>
/// <param name="Role">What it is for, as the runtime names it.</param>
/// <param name="Text">How it is written.</param>
internal sealed record SpecialToken(string Key, string Role, string Text);
