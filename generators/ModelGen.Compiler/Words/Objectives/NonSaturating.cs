using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class NonSaturating()
    : AdversarialObjective(
        "non-saturating",
        "the original GAN's cross-entropy, with a generator loss that does not saturate: Goodfellow et al. 2014",
        LabelSmoothing
    )
{
    private static readonly NumberParameter LabelSmoothing = new(
        "label-smoothing",
        "by how much the discriminator's target probability for real images is below 1: Salimans et al. 2016"
    )
    {
        Range = Language.Range.Fraction,
        Default = 0,
    };

    public override string Example => "non-saturating: { label-smoothing: 0.1 }";

    public override string OfScores => "takes logits, to which it applies the sigmoid itself";

    public override string Record => "NonSaturatingLoss";
}
