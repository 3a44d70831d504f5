using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language;

/// <summary>The shape of one sample of a tensor that a spec names.</summary>
/// <param name="Name">The name.</param>
/// <param name="Axes">The lengths of its axes, without the batch; empty if they could not be read.</param>
internal sealed record NamedShape(string Name, EquatableArray<AxisLength> Axes);

/// <summary>The length of an axis as written: a number, or a symbol for a length known only at run time.</summary>
/// <param name="Symbol">The symbol; null for a number.</param>
/// <param name="Length">The number, or the symbol's maximum; null if that is given elsewhere.</param>
internal sealed record AxisLength(string? Symbol, long? Length);
