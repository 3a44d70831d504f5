using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Grpo()
    : PolicyObjective(
        "grpo",
        "group relative policy optimisation: the model answers each prompt several times, and answers with a higher reward than the mean "
            + "of their group become more likely: Shao et al. 2024",
        AnswersOf,
        Epochs,
        MinibatchesOf,
        Clip,
        Corrected
    )
{
    private static readonly IntegerParameter AnswersOf = AnswersToAPrompt(fewest: 2, usual: 8);

    private static readonly IntegerParameter Epochs = EpochsOfAStep(usual: 1);

    private static readonly IntegerParameter MinibatchesOf = MinibatchesOfAStep();

    private static readonly NumberParameter Clip = ClipOfRatios();

    private static readonly FlagParameter Corrected = new(
        "corrected",
        "whether a token counts the same in an answer of any length, and rewards are not divided by the deviation of their group (Dr. "
            + "GRPO): Liu et al. 2025"
    )
    {
        Default = false,
    };

    public override string Example =>
        "grpo: { reward: { pattern: '[aeiou]$' }, answers: 4, epochs: 2, minibatches: 2, clip: 0.1, corrected: true, max-tokens: 8, "
        + "temperature: 0.9, kl-weight: 0.1, max-kl: 5, check-reward: { length: { most: 10 } } }";

    public override string Record => "GrpoOptions";

    protected override IntegerParameter Answers => AnswersOf;

    protected override IntegerParameter Minibatches => MinibatchesOf;
}
