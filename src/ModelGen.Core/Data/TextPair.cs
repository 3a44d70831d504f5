namespace ModelGen.Data;

/// <summary>A text and what it is to become, such as a question and its answer.</summary>
/// <param name="Source">The text that is read; not empty.</param>
/// <param name="Target">The text that is to be written.</param>
public sealed record TextPair(string Source, string Target);
