using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class XavierNormal()
    : Initialiser("xavier-normal", "N(0, s²), s = gain * sqrt(2 / (fan in + fan out)): Glorot and Bengio 2010", Gain)
{
    private static readonly NumberParameter Gain = new("gain", "a factor, such as sqrt(2) before relu")
    {
        Range = Language.Range.Positive,
        IsMain = true,
        Default = 1,
    };

    public override string Example => "xavier-normal: { gain: sqrt(2) }";

    public override Fill Fill(Arguments arguments) => new Fill.XavierNormal(arguments.Get(Gain));
}
