using System.Globalization;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A whole number in a range.</summary>
internal sealed class IntegerParameter(string name, string summary) : Parameter<long>(name, summary)
{
    public long Minimum { get; init; } = 1;

    public long Maximum { get; init; } = int.MaxValue;

    public override ValueForm Form => new IntegerForm(new Range(Minimum, Maximum));

    protected override string Format(long value) => value.ToString(CultureInfo.InvariantCulture);
}
