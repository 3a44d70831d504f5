namespace ModelGen.Compiler.Shapes;

/// <summary>A length that only the run knows.</summary>
/// <param name="Name">What formulas call it: T.</param>
/// <param name="Longest">The most that it may be; the least is 1.</param>
internal sealed record Symbol(string Name, long Longest);
