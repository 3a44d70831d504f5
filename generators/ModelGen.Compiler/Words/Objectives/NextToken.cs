using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class NextToken()
    : TokenObjective(
        "next-token",
        "the cross-entropy of each token given the preceding ones, in nats per token",
        TokenScores.LabelSmoothing,
        TokenScores.ZLoss
    )
{
    public override string Example => "next-token: { label-smoothing: 0.1, z-loss: 1e-4 }";

    public override string RuntimeType => "NextTokenObjective";

    public override string Record => "NextTokenOptions";

    public override bool IsRecordOptional => true;

    public override void Check(GraphBuilder model)
    {
        foreach (var lookahead in model.Lookaheads)
        {
            model.Report(Rules.NotCausal, lookahead.Origin, "causal", lookahead.Word, Word);
        }
    }
}
