using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Initialisers;

internal sealed class Normal() : Initialiser("normal", "N(mean, deviation²)", Deviation, Mean)
{
    private static readonly NumberParameter Deviation = new("deviation", "the standard deviation")
    {
        Range = Language.Range.Positive,
        IsMain = true,
        IsRequired = true,
    };

    private static readonly NumberParameter Mean = new("mean", "the mean") { Default = 0 };

    public override string Example => "normal: { deviation: 0.02, mean: 0.1 }";

    /// <summary>N(0, deviation²).</summary>
    public static Configured<Initialiser> Of(double deviation) =>
        new(Catalogue.Of<Normal>()[0], Arguments.Of([Deviation, Mean], new Dictionary<Parameter, object?> { [Deviation] = deviation }));

    public override Fill Fill(Arguments arguments) => new Fill.Normal(arguments.Get(Mean), arguments.Get(Deviation));
}
