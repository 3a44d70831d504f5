using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Sft()
    : PromptedObjective(
        "sft",
        "supervised fine-tuning, the cross-entropy of each token of an answer given its prompt and the tokens before it, in nats per "
            + "token: Ouyang et al. 2022",
        TokenScores.LabelSmoothing,
        TokenScores.ZLoss
    )
{
    public override string Example => "sft: { label-smoothing: 0.1, z-loss: 1e-4 }";

    public override string RuntimeType => "SftObjective";

    public override string Record => "SftOptions";

    public override bool HasDropout => true;

    public override IReadOnlyList<string> DataSets { get; } = ["AnswerDataset"];

    public override long LossBytes(Arguments arguments, DataShape data) => TokenScores.LossBytes(arguments, data);
}
