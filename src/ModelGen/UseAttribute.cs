using ModelGen.Layers;

namespace ModelGen;

/// <summary>
/// Uses a list of layers as one layer with its own class, like a block in a spec; it may be used several times, each time with its own
/// weights.
/// </summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true, Inherited = false)]
public sealed class UseAttribute : LayerAttribute
{
    /// <summary>Names the list.</summary>
    /// <param name="layers">The property that lists the layers: nameof(…). Its name, without <c>Layers</c> at the end, names the
    /// block.</param>
    public UseAttribute(string layers) => Layers = layers;

    /// <summary>The property that lists the layers.</summary>
    public string Layers { get; }

    /// <summary>
    /// Whether the activations inside are recomputed in the backward pass instead of kept (Chen et al. 2016): less memory for about one
    /// more forward pass.
    /// </summary>
    /// <value>True or false; by default false.</value>
    public bool Recompute { get; set; }
}
