namespace ModelGen.Compiler.Spec;

/// <summary>A model of the project as recipes find it, however it is written.</summary>
/// <param name="Namespace">The namespace of its class; empty for the global one.</param>
/// <param name="Name">The name of its class; empty where it cannot be read.</param>
/// <param name="Accessibility">The accessibility of its class.</param>
/// <param name="Spec">Its meaning; null where too much is wrong.</param>
internal sealed record ProjectModel(string Namespace, string Name, string Accessibility, ModelSpec? Spec)
{
    /// <summary>The class with its namespace.</summary>
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";
}
