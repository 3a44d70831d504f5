using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>Names of results.</summary>
internal sealed class NamesParameter(string name, string summary, string what) : Parameter<EquatableArray<string>>(name, summary)
{
    public override ValueForm Form => new NamesForm(what);

    protected override string Format(EquatableArray<string> value) => "[]";
}
