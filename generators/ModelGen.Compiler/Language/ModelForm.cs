namespace ModelGen.Compiler.Language;

/// <summary>The name of another model of the project; its values are texts.</summary>
internal sealed record ModelForm : ValueForm
{
    public override string Type => "the name of a model of the project, with its namespace if several have that name";
}
