namespace ModelGen.Compiler.Graph;

/// <summary>A named input or output of a module class.</summary>
/// <param name="Name">The name, which the enclosing classes use too.</param>
/// <param name="Value">The tensor inside the class.</param>
internal sealed record NamedValue(string Name, Value Value);
