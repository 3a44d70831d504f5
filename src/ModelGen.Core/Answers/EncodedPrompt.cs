namespace ModelGen.Answers;

/// <summary>A prompt as text and as tokens.</summary>
/// <param name="Text">The text, without what its template puts around it; empty where there is nothing to ask.</param>
/// <param name="Tokens">What an answer continues, at least one token.</param>
internal sealed record EncodedPrompt(string Text, int[] Tokens);
