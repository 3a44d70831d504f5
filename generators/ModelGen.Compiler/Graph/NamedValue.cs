namespace ModelGen.Compiler.Graph;

/// <summary>A tensor that a module class takes or gives under a name.</summary>
/// <param name="Name">The name, which the classes around it know the tensor by as well.</param>
/// <param name="Value">The tensor as the class has it.</param>
internal sealed record NamedValue(string Name, Value Value);
