using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class NextToken()
    : TokenObjective(
        "next-token",
        "the cross-entropy of each token given the preceding ones, in nats per token",
        AnswersOnly,
        TokenScores.LabelSmoothing,
        TokenScores.ZLoss
    )
{
    private static readonly FlagParameter AnswersOnly = new(
        "answers-only",
        "whether only answers count: the tokens after `answer-token`, up to `end-token` and with it"
    )
    {
        Default = false,
    };

    public override string Example => "next-token: { answers-only: true, label-smoothing: 0.1, z-loss: 1e-4 }";

    public override string RuntimeType => "NextTokenObjective";

    public override string Record => "NextTokenOptions";

    public override bool IsRecordOptional => true;

    public override void Check(GraphBuilder model, Arguments arguments)
    {
        foreach (var lookahead in model.Lookaheads)
        {
            model.Report(Rules.NotCausal, lookahead.Origin, "causal", lookahead.Word, Word);
        }

        if (!arguments.Get(AnswersOnly))
        {
            return;
        }

        if (model.Data.AnswerToken is null)
        {
            Tokens.ReportMissing(
                model,
                "objective",
                AnswersOnly.Name,
                "answer-token",
                "the token between a prompt and its answer",
                "<answer>"
            );
        }

        if (model.Data.EndToken is null)
        {
            Tokens.ReportMissing(model, "objective", AnswersOnly.Name, "end-token", "the token that ends an answer", "<end>");
        }
    }
}
