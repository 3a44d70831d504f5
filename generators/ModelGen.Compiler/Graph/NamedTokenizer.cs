using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Graph;

/// <summary>The file of a tokenizer that a spec names, and what the model is built for.</summary>
/// <param name="Place">The keys and words of the spec that lead to its data.</param>
/// <param name="Path">The file.</param>
/// <param name="Merges">GPT-2's file of merges; null for other files.</param>
/// <param name="Pattern">The pattern for a file of tiktoken; null for other files.</param>
/// <param name="Vocabulary">How many tokens the model knows.</param>
/// <param name="Specials">The special tokens that it is built for.</param>
internal sealed record NamedTokenizer(
    string Place,
    string Path,
    string? Merges,
    string? Pattern,
    long Vocabulary,
    EquatableArray<NamedToken> Specials
);

/// <summary>A special token that a model is built for.</summary>
/// <param name="Role">What it is for, in lower case.</param>
/// <param name="Text">How it is written.</param>
/// <param name="Id">Its id.</param>
internal sealed record NamedToken(string Role, string Text, long Id);
