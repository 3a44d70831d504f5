using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Conditionings;

internal sealed class Embedded()
    : ClassConditioning("embedded", "a learned vector for each class, appended to the axes or channels of the input", VectorWidth)
{
    private static readonly IntegerParameter VectorWidth = new("width", "the length of the vector")
    {
        IsMain = true,
        IsRequired = true,
        Maximum = 1 << 16,
    };

    public override string Example => "embedded: { width: 6 }";

    public override long Width(Arguments arguments, long classes) => arguments.Get(VectorWidth);
}
