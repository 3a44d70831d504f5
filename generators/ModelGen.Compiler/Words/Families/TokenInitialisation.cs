using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Words.Initialisers;

namespace ModelGen.Compiler.Words.Families;

/// <summary>How the weights of families that read and write text start, as in GPT-2 (Radford et al. 2019, and its published
/// code).</summary>
internal static class TokenInitialisation
{
    /// <summary>The key of another initialiser.</summary>
    public static readonly WordParameter<Initialiser> Key = Initialiser.OfModel(
        "as GPT-2: N(0, 0.02²), the last weight of each residual divided by sqrt(number of residuals)"
    );

    private const double Deviation = 0.02;

    /// <summary>The builder of a model whose spec has no initialiser.</summary>
    public static GraphBuilder Builder(DataShape data) =>
        new(data, Normal.Of(Deviation), static residuals => Normal.Of(Deviation / Math.Sqrt(residuals)));
}
