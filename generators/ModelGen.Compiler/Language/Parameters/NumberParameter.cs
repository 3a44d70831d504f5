using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A real number in a range.</summary>
internal sealed class NumberParameter(string name, string summary) : Parameter<double>(name, summary)
{
    public Range Range { get; init; } = Range.Finite;

    public override ValueForm Form => new NumberForm(Range);

    protected override string Format(double value) => NumberText.Of(value);
}
