using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language;

/// <summary>One layer of a spec: the word, its arguments, and how it is connected.</summary>
/// <param name="Origin">The number of its place in the spec, which does not depend on the layout of the text.</param>
/// <param name="Layer">The word.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Name">The name that <c>as</c> gives its result.</param>
/// <param name="From">The names of its inputs; empty for the result of the previous layer.</param>
internal sealed record LayerSpec(int Origin, LayerWord Layer, Arguments Arguments, string? Name, EquatableArray<string> From);
