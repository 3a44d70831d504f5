using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Kto()
    : PromptedObjective(
        "kto",
        "Kahneman-Tversky optimisation, from answers that are good or bad, each by itself, with how far the model has moved on the whole "
            + "as the point of reference; of preferences each chosen answer is good and each other one bad: Ethayarajh et al. 2024",
        Beta,
        Desirable,
        Undesirable
    )
{
    private static readonly NumberParameter Beta = new("beta", "how closely the model keeps to what it was before: the larger, the closer")
    {
        Range = Language.Range.Positive,
        Default = 0.1,
    };

    private static readonly NumberParameter Desirable = new("desirable", "the weight of good answers")
    {
        Range = Language.Range.Positive,
        Default = 1,
    };

    private static readonly NumberParameter Undesirable = new(
        "undesirable",
        "the weight of bad answers; with unequal numbers of both, weight times number should be about the same"
    )
    {
        Range = Language.Range.Positive,
        Default = 1,
    };

    public override string Example => "kto: { beta: 0.2, desirable: 1.5, undesirable: 0.5 }";

    public override string RuntimeType => "KtoObjective";

    public override string Record => "KtoOptions";

    public override IReadOnlyList<string> DataSets { get; } = ["RatingDataset", "PreferenceDataset"];

    public override string Unit => "samples";

    public override int RowsPerSample(Arguments arguments) => 2;
}
