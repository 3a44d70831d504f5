namespace ModelGen.Compiler.Shapes;

/// <summary>A length known only at run time.</summary>
/// <param name="Name">Its name in formulas, such as T.</param>
/// <param name="Longest">Its maximum; the minimum is 1.</param>
internal sealed record Symbol(string Name, long Longest);
