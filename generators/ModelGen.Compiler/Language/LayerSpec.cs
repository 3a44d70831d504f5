using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language;

/// <summary>One layer as meant: the word, its arguments, and how it is connected.</summary>
/// <param name="Origin">Which place of the spec it came from: the number of its place, the same for any layout of the text.</param>
/// <param name="Layer">The word.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Name">The name that <c>as</c> gives its result.</param>
/// <param name="From">The names of its inputs; empty for the result of the layer before.</param>
internal sealed record LayerSpec(int Origin, LayerWord Layer, Arguments Arguments, string? Name, EquatableArray<string> From);
