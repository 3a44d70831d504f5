namespace ModelGen;

/// <summary>
/// What attributes share that fill a key of a model: its data, its objective, its optimizer, or a group such as <c>[Training]</c>.
/// </summary>
public abstract class ModelKeyAttribute : Attribute
{
    private protected ModelKeyAttribute() { }

    /// <summary>The key to fill.</summary>
    /// <value>The groups and the key, such as <c>"training.optimizer"</c>; needed only where several keys of the family take the
    /// attribute.</value>
    public string? Key { get; set; }
}
