using ModelGen.Compiler.Language.Values;

namespace ModelGen.Compiler.Language;

/// <summary>Free text.</summary>
internal sealed class TextParameter(string name, string summary) : Parameter<string>(name, summary)
{
    public override ValueForm Form => new TextForm();

    protected override string Format(string value) => value;
}
