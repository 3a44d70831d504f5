using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a language model that writes answers itself and learns from their rewards.</summary>
internal abstract class PolicyObjective(string word, string summary, params Parameter[] parameters)
    : PromptedObjective(word, summary, [Reward, .. parameters, MaxTokens, Temperature, KlWeight, MaxKl, CheckReward])
{
    private static readonly WordParameter<Reward> Reward = new("reward", "what answers are trained for") { IsRequired = true };

    private static readonly WordParameter<Reward> CheckReward = new(
        "check-reward",
        "what is measured as well, and not trained for: where it falls while the reward rises, the model only pleases the reward"
    )
    {
        Absent = "nothing",
    };

    private static readonly IntegerParameter MaxTokens = new("max-tokens", "the most tokens of an answer, with the one that ends it")
    {
        Default = 128,
    };

    private static readonly NumberParameter Temperature = new("temperature", "what scores are divided by before a token is drawn")
    {
        Range = Language.Range.Positive,
        Default = 1,
    };

    private protected static readonly NumberParameter KlWeight = new(
        "kl-weight",
        "the weight of the divergence from the model that the training began with: the larger, the closer the model keeps to it"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 0.05,
    };

    private static readonly NumberParameter MaxKl = new(
        "max-kl",
        "the training ends after a step whose answers are on average more than this many nats from the model that it began with"
    )
    {
        Range = Language.Range.Positive,
        Absent = "no limit",
    };

    public sealed override string RuntimeType => $"{Record!.Substring(0, Record.Length - "Options".Length)}Objective";

    public sealed override IReadOnlyList<string> DataSets { get; } = ["PromptDataset"];

    public sealed override string Unit => "answers";

    /// <summary>The number of answers to a prompt.</summary>
    protected abstract IntegerParameter Answers { get; }

    /// <summary>The number of parts that the answers of a step are divided into; null for one.</summary>
    protected virtual IntegerParameter? Minibatches => null;

    public sealed override int RowsPerSample(Arguments arguments)
    {
        var parts = Minibatches is null ? 1 : arguments.Get(Minibatches);
        return (int)((arguments.Get(Answers) + parts - 1) / parts);
    }

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        Minibatches is not null && arguments.Get(Minibatches) is var parts && arguments.Get(Answers) is var answers && parts > answers
            ?
            [
                Problem.OutOfRange(
                    Minibatches.Name,
                    $"{Word}.{Minibatches.Name}",
                    FormattableString.Invariant($"{parts}"),
                    FormattableString.Invariant($"at most the number of answers to a prompt, {answers}")
                ),
            ]
            : [];

    /// <summary>The number of answers to a prompt.</summary>
    private protected static IntegerParameter AnswersToAPrompt(int fewest, int usual) =>
        new("answers", "how many answers are written to each prompt of a batch") { Minimum = fewest, Default = usual };

    /// <summary>How often a step goes through its answers.</summary>
    private protected static IntegerParameter EpochsOfAStep(int usual) =>
        new("epochs", "how often a step goes through its answers") { Default = usual };

    /// <summary>How many parts the answers of a step are divided into.</summary>
    private protected static IntegerParameter MinibatchesOfAStep() =>
        new("minibatches", "how many parts the answers of a step are divided into, with an update for each") { Default = 1 };

    /// <summary>How far a step moves a token's probability.</summary>
    private protected static NumberParameter ClipOfRatios() =>
        new("clip", "the ratio of a token's new probability to its old one is clipped to [1 - clip, 1 + clip]")
        {
            Range = new Language.Range(0, 1, ExcludesMinimum: true, ExcludesMaximum: true),
            Default = 0.2,
        };
}
