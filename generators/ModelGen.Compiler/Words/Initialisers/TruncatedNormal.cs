using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class TruncatedNormal()
    : Initialiser("truncated-normal", "N(0, deviation²), redrawn beyond two standard deviations", Deviation)
{
    private static readonly NumberParameter Deviation = new("deviation", "the standard deviation before truncation")
    {
        // Twice as much, where the distribution ends, must be a number of float32, too.
        Range = Language.Range.Positive with { Maximum = float.MaxValue / 2 },
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "truncated-normal: { deviation: 0.02 }";

    public override Fill Fill(Arguments arguments) => new Fill.TruncatedNormal(arguments.Get(Deviation));
}
