namespace ModelGen.Objectives;

/// <summary>How the prediction of the next token is scored.</summary>
public sealed record NextTokenOptions : TokenLossOptions;
