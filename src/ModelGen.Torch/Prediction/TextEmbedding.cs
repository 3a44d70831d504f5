namespace ModelGen.Prediction;

/// <summary>A text as a vector.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="TokenCount">How many tokens the model read for it.</param>
public sealed record TextEmbedding(ReadOnlyMemory<float> Vector, int TokenCount);
