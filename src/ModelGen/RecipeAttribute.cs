namespace ModelGen;

/// <summary>
/// Makes a partial class a recipe, which says how a model is trained where that is not its own default. The class also has
/// <c>[Training]</c> and the attributes of an optimizer, and may have those of a schedule and of an objective.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RecipeAttribute : Attribute
{
    /// <summary>Takes the model.</summary>
    /// <param name="model">The class of the model: typeof(…). It stays as it is.</param>
    public RecipeAttribute(Type model) => Model = model;

    /// <summary>The class of the model.</summary>
    public Type Model { get; }

    /// <summary>A sentence that becomes the class's documentation.</summary>
    /// <value>Text; when left out: names the model.</value>
    public string? Summary { get; set; }
}
