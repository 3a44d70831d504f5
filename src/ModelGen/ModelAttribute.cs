namespace ModelGen;

/// <summary>
/// Makes a partial class the model of a spec of the project: the class's namespace and accessibility are then the model's.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>Takes the spec.</summary>
    /// <param name="spec">The file, relative to the project's folder: <c>specs/docs-gpt.model.yaml</c>. Its model has the class's
    /// name.</param>
    public ModelAttribute(string spec) => Spec = spec;

    /// <summary>The spec's file.</summary>
    public string Spec { get; }
}
