using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Orpo()
    : PreferenceObjective(
        "orpo",
        "odds ratio preference optimisation, the cross-entropy of the chosen answer - lambda * log sigmoid(log odds ratio of both "
            + "answers), without a reference: Hong et al. 2024",
        Lambda
    )
{
    private static readonly NumberParameter Lambda = new("lambda", "the weight of the preference beside the chosen answer itself")
    {
        Range = Language.Range.Positive,
        Default = 0.1,
    };

    public override string Example => "orpo: { lambda: 0.5 }";

    public override string Record => "OrpoLoss";
}
