namespace ModelGen.Compiler.Language.Values;

/// <summary>A list of layers; its values are arrays of <see cref="Spec.LayerSpec"/>.</summary>
internal sealed record LayersForm : ValueForm
{
    public override string Type => "a list of layers";
}
