using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class Orthogonal()
    : Initialiser("orthogonal", "gain times a matrix with orthonormal rows or columns: Saxe et al. 2014", Gain)
{
    private static readonly NumberParameter Gain = new("gain", "a factor, such as sqrt(2) before relu")
    {
        Range = Language.Range.Positive,
        IsMain = true,
        Default = 1,
    };

    public override string Example => "orthogonal: { gain: sqrt(2) }";

    public override Fill Fill(Arguments arguments) => new Fill.Orthogonal(arguments.Get(Gain));
}
