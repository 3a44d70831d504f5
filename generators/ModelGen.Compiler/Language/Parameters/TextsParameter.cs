using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>Several texts.</summary>
internal sealed class TextsParameter(string name, string summary) : Parameter<EquatableArray<string>>(name, summary)
{
    public override ValueForm Form => new TextsForm();

    protected override string Format(EquatableArray<string> value) => $"[{string.Join(", ", value)}]";
}
