namespace ModelGen.Compiler.Language;

/// <summary>A list of layers; its values are arrays of <see cref="LayerSpec"/>.</summary>
internal sealed record LayersForm : ValueForm
{
    public override string Type => "a list of layers";
}
