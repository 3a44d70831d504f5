namespace ModelGen;

/// <summary>
/// What the attributes of all layers share. They stand on partial properties of the type <see cref="LayerList"/>, in the order in which the
/// layers work.
/// </summary>
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute() { }

    /// <summary>Names the layer's result, and the layer itself among the class's members and in its state.</summary>
    /// <value>Lower-case letters, digits and hyphens; when left out: the result goes to the next layer only.</value>
    public string? As { get; set; }

    /// <summary>Takes results that earlier layers have named, instead of the one before.</summary>
    /// <value>Names that <see cref="As"/> gave, or <c>input</c>, what the list was given; several only where the layer joins them.</value>
    public string[]? From { get; set; }
}
