using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>Tensors by name, each with the shape of one sample.</summary>
internal sealed class NamedShapesParameter(string name, string summary, string what) : Parameter<EquatableArray<NamedShape>>(name, summary)
{
    public override ValueForm Form => new NamedShapesForm(what);

    protected override string Format(EquatableArray<NamedShape> value) => "{}";
}
