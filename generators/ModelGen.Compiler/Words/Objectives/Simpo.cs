using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Simpo()
    : PreferenceObjective(
        "simpo",
        "simple preference optimisation, -log sigmoid(beta * (mean log-probability of a chosen token - of a rejected one) - gamma), "
            + "without a reference: Meng et al. 2024",
        Beta,
        Gamma
    )
{
    private static readonly NumberParameter Beta = new("beta", "the factor of the mean log-probabilities")
    {
        Range = Language.Range.Positive,
        Default = 2,
    };

    private static readonly NumberParameter Gamma = new("gamma", "by how much the chosen answer should be better")
    {
        Range = Language.Range.NonNegative,
        Default = 1,
    };

    public override string Example => "simpo: { beta: 2.5, gamma: 0.5 }";

    public override string Record => "SimpoLoss";
}
