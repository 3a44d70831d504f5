using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Dpo()
    : PreferenceObjective(
        "dpo",
        "direct preference optimisation, -log sigmoid(beta * h), where h is by how much more the model prefers the chosen answer than it "
            + "did before: Rafailov et al. 2023",
        Beta,
        LabelSmoothing
    )
{
    private static readonly NumberParameter Beta = Strength("beta", 0.1);

    private static readonly NumberParameter LabelSmoothing = new(
        "label-smoothing",
        "the share of preferences that are taken to be the wrong way round (conservative DPO): Mitchell 2023"
    )
    {
        Default = 0,
        Range = new Language.Range(0, 0.5, ExcludesMaximum: true),
    };

    public override string Example => "dpo: { beta: 0.2, label-smoothing: 0.1 }";

    public override string Record => "DpoLoss";
}
