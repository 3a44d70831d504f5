namespace ModelGen.Objectives;

/// <summary>How the prediction of an answer's tokens is scored.</summary>
public sealed record SftOptions : TokenLossOptions;
