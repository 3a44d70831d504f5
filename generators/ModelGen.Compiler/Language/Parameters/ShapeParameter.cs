using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>The shape of one sample.</summary>
internal sealed class ShapeParameter(string name, string summary) : Parameter<EquatableArray<AxisLength>>(name, summary)
{
    public override ValueForm Form => new ShapeForm(AllowsBounds: false);

    protected override string Format(EquatableArray<AxisLength> value) => "[]";
}
