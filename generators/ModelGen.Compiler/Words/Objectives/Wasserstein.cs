using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Wasserstein()
    : AdversarialObjective("wasserstein", "the distance that a discriminator of slope 1 measures: Arjovsky et al. 2017", GradientPenalty)
{
    private static readonly NumberParameter GradientPenalty = new(
        "gradient-penalty",
        "the weight of the penalty that keeps the slope near 1: Gulrajani et al. 2017"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 10,
    };

    public override string Example => "wasserstein: { gradient-penalty: 5 }";

    public override int Penalties(Arguments arguments) => arguments.Get(GradientPenalty) > 0 ? 1 : 0;

    public override string OfScores => "needs scores of any size: those of a bounded discriminator measure no distance";

    public override string Record => "WassersteinLoss";
}
