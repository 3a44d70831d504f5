using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Ppo()
    : PolicyObjective(
        "ppo",
        "proximal policy optimisation, with a linear map of what the model makes scores of that learns the value of what has been written: "
            + "Schulman et al. 2017, Ouyang et al. 2022",
        AnswersOf,
        Epochs,
        MinibatchesOf,
        Clip,
        Discount,
        Lambda,
        ValueClip,
        ValueWeight,
        TargetKl
    )
{
    private static readonly IntegerParameter AnswersOf = AnswersToAPrompt(fewest: 1, usual: 1);

    private static readonly IntegerParameter Epochs = EpochsOfAStep(usual: 4);

    private static readonly IntegerParameter MinibatchesOf = MinibatchesOfAStep();

    private static readonly NumberParameter Clip = ClipOfRatios();

    private static readonly NumberParameter Discount = new("discount", "what a reward that comes a token later is multiplied by")
    {
        Range = new Language.Range(0, 1, ExcludesMinimum: true),
        Default = 1,
    };

    private static readonly NumberParameter Lambda = new(
        "lambda",
        "of the generalised advantage estimate: 0 trusts the values, 1 the rewards: Schulman et al. 2016"
    )
    {
        Range = new Language.Range(0, 1),
        Default = 0.95,
    };

    private static readonly NumberParameter ValueClip = new("value-clip", "how far an update may move a value from what it was")
    {
        Range = Language.Range.Positive,
        Default = 0.2,
    };

    private static readonly NumberParameter ValueWeight = new("value-weight", "the weight of the loss of values")
    {
        Range = Language.Range.Positive,
        Default = 0.1,
    };

    private static readonly NumberParameter TargetKl = new(
        "target-kl",
        "the divergence in nats for each answer that kl-weight is adapted to: Ziegler et al. 2019"
    )
    {
        Range = Language.Range.Positive,
        Absent = "kl-weight stays as it is",
    };

    public override string Example =>
        "ppo: { reward: { pattern: '[aeiou]$' }, answers: 4, epochs: 2, minibatches: 2, clip: 0.1, discount: 0.99, lambda: 0.9, "
        + "value-clip: 0.3, value-weight: 0.5, target-kl: 3, max-tokens: 8, temperature: 0.9, kl-weight: 0.1, max-kl: 5, "
        + "check-reward: { length: { most: 10 } } }";

    public override string Record => "PpoOptions";

    protected override IntegerParameter Answers => AnswersOf;

    protected override IntegerParameter Minibatches => MinibatchesOf;

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        base.Problems(arguments)
            .Concat(
                arguments.TryGet(TargetKl, out _) && arguments.Value(KlWeight) is 0.0
                    ?
                    [
                        Problem.Conflict(
                            KlWeight.Name,
                            $"'{Word}.{KlWeight.Name}' is 0, which '{TargetKl.Name}' cannot adapt; make it larger"
                        ),
                    ]
                    : []
            );
}
