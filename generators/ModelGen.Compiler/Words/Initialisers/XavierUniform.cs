using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class XavierUniform()
    : Initialiser("xavier-uniform", "U(-a, a), a = gain * sqrt(6 / (fan in + fan out)): Glorot and Bengio 2010", Gain)
{
    private static readonly NumberParameter Gain = new("gain", "a factor, such as sqrt(2) before relu")
    {
        // Libtorch draws from the width 2a, at most 2 sqrt(3) gain, which must be a number of float32.
        Range = Language.Range.Positive with { Maximum = float.MaxValue / 4 },
        IsMain = true,
        Default = 1,
    };

    public override string Example => "xavier-uniform: { gain: sqrt(2) }";

    /// <summary>With a gain of 1.</summary>
    public static Configured<Initialiser> Plain =>
        new(Catalogue.Of<XavierUniform>()[0], Arguments.Of([Gain], new Dictionary<Parameter, object?>()));

    public override Fill Fill(Arguments arguments) => new Fill.XavierUniform(arguments.Get(Gain));
}
