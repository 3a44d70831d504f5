using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Surface;

/// <summary>Creates the tokenizer of a model.</summary>
/// <param name="Origin">Where its tokens come from.</param>
/// <param name="SpecialTokens">Its special tokens, in the order of their ids unless a file gives them.</param>
/// <param name="IsAskedFor">Whether the base class requires it; otherwise it is for programs and needs no model.</param>
internal sealed record TokenizerMember(TokenOrigin Origin, IReadOnlyList<SpecialToken> SpecialTokens, bool IsAskedFor);

/// <summary>Where the tokens of a tokenizer come from.</summary>
internal abstract record TokenOrigin;

/// <summary>The tokens are always the same.</summary>
/// <param name="Type">The tokenizer of the runtime.</param>
internal sealed record FixedTokens(string Type) : TokenOrigin;

/// <summary>The tokens are found in the text that the model is trained on.</summary>
/// <param name="Type">The tokenizer of the runtime.</param>
/// <param name="Size">The words of the constant for how many there may be.</param>
/// <param name="TakesTime">Whether it can be followed and cancelled.</param>
internal sealed record TokensOfText(string Type, string Size, bool TakesTime) : TokenOrigin;

/// <summary>The tokens are in a file that is read where the model is used.</summary>
/// <param name="Record">The record of the runtime that reads it.</param>
/// <param name="Size">The words of the constant for how many there may be.</param>
/// <param name="Parameters">The arguments that are set in the record.</param>
/// <param name="Values">Their values in the spec.</param>
internal sealed record TokensOfFile(string Record, string Size, IReadOnlyList<Parameter> Parameters, Arguments Values) : TokenOrigin;
