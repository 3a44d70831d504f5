namespace ModelGen;

/// <summary>
/// What the attributes of all families share: they make a partial class a model. There is one for each family, such as
/// <c>[Transformer]</c>.
/// </summary>
public abstract class FamilyAttribute : Attribute
{
    private protected FamilyAttribute() { }
}
