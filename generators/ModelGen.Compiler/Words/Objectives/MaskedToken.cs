using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words.Data;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class MaskedToken()
    : TokenObjective(
        "masked-token",
        "the cross-entropy of masked tokens given all others, in nats per token; of those masked, 80 % are the mask token, 10 % a random "
            + "one and 10 % unchanged, drawn anew at each step: Devlin et al. 2019",
        Rate,
        Span,
        WholeWords,
        TokenScores.LabelSmoothing,
        TokenScores.ZLoss
    )
{
    private static readonly NumberParameter Rate = new("rate", "the share of tokens that are masked; at least one in each sequence")
    {
        Range = new Language.Range(0, 1, ExcludesMinimum: true),
        Default = 0.15,
    };

    private static readonly NumberParameter Span = new(
        "span",
        "the mean length of the spans that are masked, in tokens, or in words with `whole-words`; 1 masks each by itself: Joshi et al. "
            + "2020, who take 3.8"
    )
    {
        Range = new Language.Range(1, 1000),
        Default = 1,
    };

    private static readonly FlagParameter WholeWords = new(
        "whole-words",
        "whether all tokens of a word are masked together, so that none is told by the others: in BERT's published code"
    )
    {
        Default = false,
    };

    public override string Example => "masked-token: { rate: 0.2, span: 3, whole-words: true, label-smoothing: 0.1, z-loss: 1e-4 }";

    public override string RuntimeType => "MaskedTokenObjective";

    public override string Record => "MaskedTokenOptions";

    public override void Check(GraphBuilder model, Arguments arguments)
    {
        if (model.Data.MaskToken is null)
        {
            Tokens.ReportMissing(model, "objective", Word, "mask-token", "the token that stands in for one to be predicted", "<mask>");
        }

        if (model.Lookaheads.Count == 0 && !model.IsIncomplete && model.Errors.Count == 0)
        {
            model.Report(Rules.SeesOnlyEarlier, GraphError.Model, "objective", Word);
        }
    }
}
