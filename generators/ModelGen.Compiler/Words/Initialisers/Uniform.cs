using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class Uniform() : Initialiser("uniform", "U(-bound, bound)", Bound)
{
    private static readonly NumberParameter Bound = new("bound", "the largest absolute value")
    {
        // Libtorch draws from the width of the interval, which must be a number of float32, too.
        Range = Language.Range.Positive with { Maximum = float.MaxValue / 2 },
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "uniform: { bound: 0.1 }";

    public override Fill Fill(Arguments arguments) => new Fill.Uniform(arguments.Get(Bound));
}
