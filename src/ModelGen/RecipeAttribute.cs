namespace ModelGen;

/// <summary>
/// Makes a partial class a recipe: a way to train a model that differs from its default. The class also has <c>[Training]</c> and an
/// optimizer attribute, and may have a schedule and an objective attribute.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RecipeAttribute : Attribute
{
    /// <summary>Names the model.</summary>
    /// <param name="model">The class of the model: typeof(…). It is not changed.</param>
    public RecipeAttribute(Type model) => Model = model;

    /// <summary>The class of the model.</summary>
    public Type Model { get; }

    /// <summary>A sentence that becomes the class's documentation.</summary>
    /// <value>Text; by default it names the model.</value>
    public string? Summary { get; set; }
}
