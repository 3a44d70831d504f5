namespace ModelGen.Objectives;

/// <summary>How the tokens of a target are scored.</summary>
public sealed record SequenceToSequenceOptions : TokenLossOptions;
