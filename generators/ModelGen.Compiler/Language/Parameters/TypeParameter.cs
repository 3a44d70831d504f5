namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A class of the user's own.</summary>
internal sealed class TypeParameter(string name, string summary) : Parameter<string>(name, summary)
{
    public override ValueForm Form => new TypeForm();

    protected override string Format(string value) => value;
}
