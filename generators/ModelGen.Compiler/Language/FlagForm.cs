namespace ModelGen.Compiler.Language;

/// <summary><c>true</c> or <c>false</c>, no other spelling; its values are <see cref="bool"/>.</summary>
internal sealed record FlagForm : ValueForm
{
    public override string Type => "true or false";
}
