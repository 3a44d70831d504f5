using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>A list of layers.</summary>
internal sealed class LayersParameter(string name, string summary) : Parameter<EquatableArray<LayerSpec>>(name, summary)
{
    public override string Type => "a list of layers";

    public override JsonObject Schema => new() { ["$ref"] = "#/$defs/layers" };

    public override object? Bind(Binder binder, string path, Node node) => binder.Layers(path, node);

    protected override string Format(EquatableArray<LayerSpec> value) => "[]";
}
