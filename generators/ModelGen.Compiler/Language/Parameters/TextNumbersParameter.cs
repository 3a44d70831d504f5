using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A number for each of some texts.</summary>
internal sealed class TextNumbersParameter(string name, string summary, Range range) : Parameter<EquatableArray<TextNumber>>(name, summary)
{
    public override ValueForm Form => new TextNumbersForm(range);

    protected override string Format(EquatableArray<TextNumber> value) =>
        $"{{ {string.Join(", ", value.Select(static each => $"{each.Text}: {NumberText.Of(each.Number)}"))} }}";
}
