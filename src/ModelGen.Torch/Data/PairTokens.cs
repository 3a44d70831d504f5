namespace ModelGen.Data;

/// <summary>A pair of texts as tokens.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Target">What is to be written, with the token that ends it.</param>
internal sealed record PairTokens(int[] Source, int[] Target);
