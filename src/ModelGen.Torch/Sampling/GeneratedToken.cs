namespace ModelGen.Sampling;

/// <summary>A token of a text that is being written.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Piece">The characters that it completes; none where they may still belong to a character or a stop text.</param>
/// <param name="LogProbability">The natural logarithm of its probability by the model itself, before temperature, penalties and all other
/// rules.</param>
/// <param name="Alternatives">The likeliest tokens of that place, the likeliest first.</param>
public sealed record GeneratedToken(int Id, string Piece, double LogProbability, IReadOnlyList<TokenAlternative> Alternatives);

/// <summary>A token that might have been written.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogProbability">The natural logarithm of its probability by the model itself.</param>
public readonly record struct TokenAlternative(int Id, double LogProbability);
