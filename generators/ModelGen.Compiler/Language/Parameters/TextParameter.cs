namespace ModelGen.Compiler.Language.Parameters;

/// <summary>Free text.</summary>
internal sealed class TextParameter(string name, string summary) : Parameter<string>(name, summary)
{
    public override ValueForm Form => new TextForm();

    protected override string Format(string value) => value;
}
