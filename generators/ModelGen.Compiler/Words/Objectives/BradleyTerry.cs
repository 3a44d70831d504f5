using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class BradleyTerry()
    : OutcomeObjective(
        "bradley-terry",
        "a reward model from preferences, -log sigmoid(reward of the chosen answer - reward of the other one): Bradley and Terry 1952, "
            + "Ouyang et al. 2022",
        Margins,
        Centring
    )
{
    private static readonly FlagParameter Margins = new(
        "margins",
        "whether the chosen answer must be better by the `margin` that its line has: Touvron et al. 2023, `Llama 2`"
    )
    {
        Default = false,
    };

    private static readonly NumberParameter Centring = new(
        "centring",
        "the weight of the square of the sum of both rewards, which keeps rewards around 0: Eisenstein et al. 2023, who take 0.01"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 0,
    };

    public override string Example => "bradley-terry: { margins: true, centring: 0.01 }";

    public override string RuntimeType => "BradleyTerryObjective";

    public override string Record => "BradleyTerryOptions";

    public override bool IsRecordOptional => true;

    public override IReadOnlyList<string> DataSets { get; } = ["PreferenceDataset"];

    public override int RowsPerSample(Arguments arguments) => 2;
}
