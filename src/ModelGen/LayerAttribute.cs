namespace ModelGen;

/// <summary>
/// The base of the layer attributes. They go on partial properties of type <see cref="LayerList"/>, in the order the layers are applied.
/// </summary>
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute() { }

    /// <summary>Names the layer's result, and the layer itself among the class's members and in its state dict.</summary>
    /// <value>Lower-case letters, digits and hyphens; by default the result goes only to the next layer.</value>
    public string? As { get; set; }

    /// <summary>Uses the named results of earlier layers instead of the previous layer's.</summary>
    /// <value>Names given with <see cref="As"/>, or <c>input</c> for the list's own input; several only if the layer joins them.</value>
    public string[]? From { get; set; }
}
