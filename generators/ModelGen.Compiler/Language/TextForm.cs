namespace ModelGen.Compiler.Language;

/// <summary>Free text; its values are <see cref="string"/>.</summary>
internal sealed record TextForm : ValueForm
{
    public override string Type => "text";
}
