namespace ModelGen.Tokenization;

/// <summary>A token that stands for no part of an ordinary text.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Text">How it is written and shown.</param>
/// <param name="Id">Its id.</param>
public sealed record SpecialToken(SpecialTokenRole Role, string Text, int Id);
