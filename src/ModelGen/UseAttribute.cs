using ModelGen.Layers;

namespace ModelGen;

/// <summary>
/// Uses a list of layers as one layer with a class of its own, as a block of a spec; it may be used several times, each time with weights
/// of its own.
/// </summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true, Inherited = false)]
public sealed class UseAttribute : LayerAttribute
{
    /// <summary>Takes the list.</summary>
    /// <param name="layers">The property that lists the layers: nameof(…). Its name, less <c>Layers</c> at the end, names the
    /// block.</param>
    public UseAttribute(string layers) => Layers = layers;

    /// <summary>The property that lists the layers.</summary>
    public string Layers { get; }

    /// <summary>
    /// Whether the activations inside are not kept but computed again in backward (Chen et al. 2016): less memory for about one more
    /// forward.
    /// </summary>
    /// <value>True or false; when left out: false.</value>
    public bool Recompute { get; set; }
}
