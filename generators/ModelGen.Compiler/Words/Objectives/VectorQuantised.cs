using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class VectorQuantised()
    : VqVaeObjective(
        "vector-quantised",
        "-log p(x | e) + commitment * ||z - sg(e)||², with z the encoder's output, e the code vectors nearest to it and sg stop-gradient, "
            + "both terms summed over an image: van den Oord et al. 2017, equation 3, whose middle term is replaced by the moving averages "
            + "of the codebook",
        Likelihood,
        Commitment
    )
{
    private static readonly WordParameter<Likelihood> Likelihood = new(
        "reconstruction",
        "the likelihood of a sample given the decoder's output"
    )
    {
        IsMain = true,
        IsRequired = true,
        Recipe = RecipeUse.Fixed,
    };

    private static readonly NumberParameter Commitment = new(
        "commitment",
        "the weight of the squared distance from the encoder's output to the code vectors, summed over the grid's positions and channels"
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
