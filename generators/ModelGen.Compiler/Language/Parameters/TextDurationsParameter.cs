using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A length of training for each of some texts.</summary>
internal sealed class TextDurationsParameter(string name, string summary) : Parameter<EquatableArray<TextDuration>>(name, summary)
{
    public override ValueForm Form => new TextDurationsForm();

    protected override string Format(EquatableArray<TextDuration> value) =>
        $"{{ {string.Join(", ", value.Select(static each => $"{each.Text}: {each.Duration}"))} }}";
}
