namespace ModelGen;

/// <summary>
/// The base of the attributes that set a key of a model: its data, its objective, its optimizer, or a group such as <c>[Training]</c>.
/// </summary>
public abstract class ModelKeyAttribute : Attribute
{
    private protected ModelKeyAttribute() { }

    /// <summary>The key to set.</summary>
    /// <value>The groups and the key, such as <c>"training.optimizer"</c>; needed only if several keys of the family accept the
    /// attribute.</value>
    public string? Key { get; set; }
}
