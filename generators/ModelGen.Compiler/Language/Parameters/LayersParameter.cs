using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A list of layers.</summary>
internal sealed class LayersParameter(string name, string summary) : Parameter<EquatableArray<LayerSpec>>(name, summary)
{
    public override ValueForm Form => new LayersForm();

    protected override string Format(EquatableArray<LayerSpec> value) => "[]";
}
