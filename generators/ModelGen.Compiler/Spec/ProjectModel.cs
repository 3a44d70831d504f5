namespace ModelGen.Compiler.Spec;

/// <summary>A model of the project, whichever way it is written, as recipes find it.</summary>
/// <param name="Namespace">The namespace of its class; empty for the global one.</param>
/// <param name="Name">Its class; empty where not even that can be read.</param>
/// <param name="Accessibility">The accessibility of its class.</param>
/// <param name="Spec">What it means; null where too much of it is wrong.</param>
internal sealed record ProjectModel(string Namespace, string Name, string Accessibility, ModelSpec? Spec)
{
    /// <summary>The class with its namespace.</summary>
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";
}
