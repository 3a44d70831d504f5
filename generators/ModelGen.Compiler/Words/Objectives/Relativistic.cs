using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Relativistic()
    : AdversarialObjective(
        "relativistic",
        "each generated image is judged against a real one: Jolicoeur-Martineau 2019; with both penalties, the loss of Huang et al. 2024",
        RealPenalty,
        FakePenalty
    )
{
    private static readonly NumberParameter RealPenalty = new(
        "r1",
        "the weight of the penalty on the discriminator's gradients at real images: Mescheder et al. 2018"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 1,
    };

    private static readonly NumberParameter FakePenalty = new(
        "r2",
        "the weight of the penalty on the discriminator's gradients at generated images"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 1,
    };

    public override string Example => "relativistic: { r1: 0.5, r2: 0.25 }";

    public override int Penalties(Arguments arguments) =>
        (arguments.Get(RealPenalty) > 0 ? 1 : 0) + (arguments.Get(FakePenalty) > 0 ? 1 : 0);

    public override bool GeneratorSeesReal => true;

    public override string OfScores => "compares scores of any size";

    public override string Record => "RelativisticLoss";
}
