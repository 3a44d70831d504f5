namespace ModelGen;

/// <summary>
/// The base of the family attributes, which make a partial class a model. There is one for each family, such as <c>[Transformer]</c>.
/// </summary>
public abstract class FamilyAttribute : Attribute
{
    private protected FamilyAttribute() { }
}
