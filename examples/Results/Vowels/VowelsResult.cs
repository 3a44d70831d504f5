using ModelGen.Answers;
using ModelGen.Runs;
using ModelGen.Training;
using ModelGen.Tuning;

namespace ModelGen.Examples.Results.Vowels;

/// <summary>The writer of names, which comes to prefer those that end in a vowel.</summary>
/// <param name="word">Its name on the command line.</param>
/// <param name="summary">What it is.</param>
/// <param name="training">How it is trained.</param>
/// <param name="tuning">What it starts from.</param>
/// <param name="objective">What it learns from, given the model and preferences.</param>
internal sealed class VowelsResult(
    string word,
    string summary,
    TrainingOptions training,
    FineTuning tuning,
    Func<NameWriter, Func<ExampleCollection<PreferencePair>>, Objective> objective
) : Result
{
    public static IReadOnlyList<VowelsResult> All { get; } =
    [
        OfPairs("vowels-dpo", "names that end in a vowel, by DPO", VowelsDpo.Training, VowelsDpo.FineTuning, VowelsDpo.CreateObjective),
        OfRatings("vowels-kto", "the same by KTO", VowelsKto.Training, VowelsKto.FineTuning, VowelsKto.CreateObjective),
        OfPairs("vowels-orpo", "the same by ORPO", VowelsOrpo.Training, VowelsOrpo.FineTuning, VowelsOrpo.CreateObjective),
        OfRule("vowels-ppo", "the same by PPO", VowelsPpo.Training, VowelsPpo.FineTuning, VowelsPpo.CreateObjective),
        OfRule("vowels-grpo", "the same by GRPO", VowelsGrpo.Training, VowelsGrpo.FineTuning, VowelsGrpo.CreateObjective),
    ];

    public override string Word => word;

    public override string Summary => summary;

    public override string Spec => "name-writer.model.yaml";

    public override string Unit => "loss";

    public override string DataName => "makemore's names.txt";

    public override bool Run(RunSession session, RunOptions options, CancellationToken stop)
    {
        var known = File.ReadLines(options.Data!).Select(static name => name.Trim()).ToHashSet();
        using var before = TrainedNames.Load(session.Device);
        using var model = session.Create(static device => new NameWriter(device), tuning);
        return session.Train(objective(model, () => VowelPreferences.Of(before, stop)), options.Of(training))
            && session.Evaluate(new VowelMetric(model, before, known));
    }

    private static VowelsResult OfPairs(
        string word,
        string summary,
        TrainingOptions training,
        FineTuning tuning,
        Func<NameWriter, PreferenceDataset, Objective> objective
    ) =>
        new(word, summary, training, tuning, (model, pairs) =>
            objective(model, PreferenceDataset.Create(pairs(), null, model.Tokenizer!, NameWriter.Context))
        );

    private static VowelsResult OfRatings(
        string word,
        string summary,
        TrainingOptions training,
        FineTuning tuning,
        Func<NameWriter, RatingDataset, Objective> objective
    ) =>
        new(word, summary, training, tuning, (model, pairs) =>
            objective(model, RatingDataset.Create(Ratings(pairs()), null, model.Tokenizer!, NameWriter.Context))
        );

    private static ExampleCollection<RatedAnswer> Ratings(ExampleCollection<PreferencePair> pairs) =>
        new([
            .. pairs.Examples.SelectMany(static pair =>
                new[] { new RatedAnswer(pair.Prompt, pair.Chosen, 1), new RatedAnswer(pair.Prompt, pair.Rejected, 0) }
            ),
        ]);

    // Names are answers to nothing.
    private static VowelsResult OfRule(
        string word,
        string summary,
        TrainingOptions training,
        FineTuning tuning,
        Func<NameWriter, PromptDataset, Objective> objective
    ) =>
        new(word, summary, training, tuning, (model, _) =>
            objective(model, PromptDataset.Create(new([""]), null, model.Tokenizer!, NameWriter.Context))
        );
}
