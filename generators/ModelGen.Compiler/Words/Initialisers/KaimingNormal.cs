using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class KaimingNormal()
    : Initialiser("kaiming-normal", "N(0, s²), s = sqrt(2 / ((1 + slope²) * fan in)): He et al. 2015", Slope)
{
    private static readonly NumberParameter Slope = new("slope", "the negative slope of the leaky relu that follows; 0 for relu")
    {
        Range = Language.Range.NonNegative,
        IsMain = true,
        Default = 0,
    };

    public override string Example => "kaiming-normal: { slope: 0.2 }";

    public override Fill Fill(Arguments arguments) => new Fill.KaimingNormal(arguments.Get(Slope));
}
