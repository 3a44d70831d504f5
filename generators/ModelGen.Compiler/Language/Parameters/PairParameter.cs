using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>Two numbers, such as Adam's betas.</summary>
internal sealed class PairParameter(string name, string summary) : Parameter<(double First, double Second)>(name, summary)
{
    public Range Range { get; init; } = Range.Finite;

    public override ValueForm Form => new PairForm(Range);

    protected override string Format((double First, double Second) value) =>
        $"[{NumberText.Of(value.First)}, {NumberText.Of(value.Second)}]";
}
