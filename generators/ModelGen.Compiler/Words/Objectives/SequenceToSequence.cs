using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class SequenceToSequence()
    : PairObjective(
        "sequence-to-sequence",
        "the cross-entropy of each token of a target, and of its end, given the source and the preceding tokens, in nats per token: "
            + "Sutskever et al. 2014",
        LabelSmoothing
    )
{
    private static readonly NumberParameter LabelSmoothing = new(
        "label-smoothing",
        "the share of a target that is spread evenly over all tokens: Szegedy et al. 2016"
    )
    {
        Default = 0,
        Range = Language.Range.Fraction,
    };

    public override string Example => "sequence-to-sequence: { label-smoothing: 0.1 }";

    public override string RuntimeType => "SequenceToSequenceObjective";

    public override string Record => "SequenceToSequenceOptions";
}
