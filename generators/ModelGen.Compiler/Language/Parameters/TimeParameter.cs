using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A length of time in seconds.</summary>
internal sealed class TimeParameter(string name, string summary) : Parameter<double>(name, summary)
{
    public override ValueForm Form => AmountForm.Time;

    protected override string Format(double value) => $"{NumberText.Of(value)} seconds";
}
