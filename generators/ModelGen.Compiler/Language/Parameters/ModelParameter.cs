namespace ModelGen.Compiler.Language.Parameters;

/// <summary>Another model of the project, trained before.</summary>
internal sealed class ModelParameter(string name, string summary) : Parameter<string>(name, summary)
{
    public override ValueForm Form => new ModelForm();

    protected override string Format(string value) => value;
}
