using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class NextToken()
    : TokenObjective("next-token", "the cross-entropy of each token given the preceding ones, in nats per token")
{
    public override string Example => "next-token";

    public override string RuntimeType => "NextTokenObjective";

    public override void Check(GraphBuilder model)
    {
        foreach (var lookahead in model.Lookaheads)
        {
            model.Report(Rules.NotCausal, lookahead.Origin, "causal", lookahead.Word, Word);
        }
    }
}
