namespace ModelGen.Compiler.Language.Parameters;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class FlagParameter(string name, string summary) : Parameter<bool>(name, summary)
{
    public override ValueForm Form => new FlagForm();

    protected override string Format(bool value) => value ? "true" : "false";
}
