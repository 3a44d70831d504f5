namespace ModelGen;

/// <summary>
/// Makes a partial class the model of one of the project's specs; the model then has the class's namespace and accessibility.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>Names the spec.</summary>
    /// <param name="spec">The file, relative to the project's folder: <c>specs/docs-gpt.model.yaml</c>. Its model must have the class's
    /// name.</param>
    public ModelAttribute(string spec) => Spec = spec;

    /// <summary>The spec's file.</summary>
    public string Spec { get; }
}
