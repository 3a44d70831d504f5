namespace ModelGen.Prediction;

/// <summary>What a network gives for a text.</summary>
/// <param name="Values">The numbers of its output, row-major.</param>
/// <param name="IsCut">Whether the text was longer than the model's context, so that its end was not read.</param>
public sealed record TextOutput(IReadOnlyList<float> Values, bool IsCut);
