using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class VectorQuantised()
    : VqVaeObjective(
        "vector-quantised",
        "-log p(x | e) + commitment * ||z - sg(e)||², with z what the encoder gives, e the code vectors nearest to it and sg "
            + "without a gradient, both terms summed over an image: van den Oord et al. 2017, equation 3, whose middle term the moving "
            + "averages of the codebook replace",
        Likelihood,
        Commitment
    )
{
    private static readonly WordParameter<Likelihood> Likelihood = new(
        "reconstruction",
        "how likely a sample is, given what the decoder gives"
    )
    {
        IsMain = true,
        IsRequired = true,
        Recipe = RecipeUse.Fixed,
    };

    private static readonly NumberParameter Commitment = new(
        "commitment",
        "the weight of the squared distance from what the encoder gives to the code vectors, summed over the grid's places and channels"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 0.25,
    };

    public override string Example => "vector-quantised: { reconstruction: bernoulli, commitment: 0.5 }";

    public override string RuntimeType => "VectorQuantisedObjective";

    public override string Record => "VectorQuantisedOptions";

    public override Configured<Likelihood> Reconstruction(Arguments arguments) => arguments.Get(Likelihood);
}
