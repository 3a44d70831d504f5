using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Ipo()
    : PreferenceObjective(
        "ipo",
        "identity preference optimisation, (h - 1 / (2 * tau))², where h is by how much more the model prefers the chosen answer than it "
            + "did before, and so has a goal: Azar et al. 2023",
        Tau
    )
{
    private static readonly NumberParameter Tau = Strength("tau", 0.1);

    public override string Example => "ipo: { tau: 0.2 }";

    public override string Record => "IpoLoss";
}
