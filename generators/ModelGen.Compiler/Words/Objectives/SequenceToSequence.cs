namespace ModelGen.Compiler.Words.Objectives;

internal sealed class SequenceToSequence()
    : PairObjective(
        "sequence-to-sequence",
        "the cross-entropy of each token of a target, and of its end, given the source and the preceding tokens, in nats per token: "
            + "Sutskever et al. 2014",
        TokenScores.LabelSmoothing,
        TokenScores.ZLoss
    )
{
    public override string Example => "sequence-to-sequence: { label-smoothing: 0.1, z-loss: 1e-4 }";

    public override string RuntimeType => "SequenceToSequenceObjective";

    public override string Record => "SequenceToSequenceOptions";
}
