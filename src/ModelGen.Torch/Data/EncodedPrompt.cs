namespace ModelGen.Data;

/// <summary>A prompt as text and as tokens.</summary>
/// <param name="Text">The text; empty for none.</param>
/// <param name="Tokens">What an answer continues, at least one token.</param>
internal sealed record EncodedPrompt(string Text, int[] Tokens);
