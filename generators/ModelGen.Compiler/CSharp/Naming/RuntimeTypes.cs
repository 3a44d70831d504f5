using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Sources;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The types of the runtime that generated code names, and their namespaces.</summary>
internal static class RuntimeTypes
{
    private const string Training = "ModelGen.Training";
    private const string Tuning = "ModelGen.Tuning";
    private const string Answers = "ModelGen.Answers";
    private const string Objectives = "ModelGen.Objectives";

    // Types that no word of the catalogue names, and types outside the namespace of their group.
    private static readonly (string Namespace, string[] Names)[] Rooms =
    [
        ("ModelGen.Models", ["LanguageModel", "EncoderDecoder", "Network", "Vae", "VqVae", "Gan", "TrainedClassifier"]),
        (
            "ModelGen.Layers",
            [
                "Attention",
                "BatchNorm1d",
                "BatchNorm2d",
                "BatchNorm3d",
                "BatchSplit",
                "DecodingStep",
                "Documents",
                "ExpertRouter",
                "GeneratedModule",
                "MinibatchDeviation",
                "OwnModule",
                "Presence",
                "Recompute",
                "RmsNorm",
                "RotaryPositions",
                "SequencePooling",
                "SinusoidalPositions",
                "SpectralNorm",
                "TruncatedNormal",
                "Unembedding",
                "VectorQuantiser",
            ]
        ),
        ("ModelGen.Chat", ["ChatFormat"]),
        (Answers, ["AnswerDataset", "PreferenceDataset", "PromptDataset", "RatingDataset", "StepDataset"]),
        ("ModelGen.Data", ["TextCorpus", "TokenDataset", "PairDataset", "SampleDataset"]),
        (
            "ModelGen.Tokenization",
            ["Tokenizer", "ByteTokenizer", "CharacterTokenizer", "BpeTokenizer", "TokenizerSource", "SpecialToken", "SpecialTokenRole"]
        ),
        ("ModelGen.Sampling", ["SamplingOptions", "PastContext"]),
        (Training + ".Guards", ["EarlyStoppingOptions", "RollbackOptions"]),
        (Objectives, ["GanTrainingOptions", "DiscriminatorOptions"]),
        ("ModelGen.Policies", ["GrpoObjective", "PpoObjective", "RlooObjective"]),
        (Tuning, ["FineTuning", "TrainedModel"]),
        (Training, ["Duration", "Objective", "Trainer"]),
        ("ModelGen.Runs", ["TextRun", "PairRun", "SampleRun", "NetworkRun", "PromptedRun", "RewardRun"]),
    ];

    /// <summary>The namespace of each type.</summary>
    public static readonly IReadOnlyDictionary<string, string> Namespaces = Rooms
        .SelectMany(static room => room.Names.Select(name => (Name: name, room.Namespace)))
        .Concat(Catalogue.Of<Definition>().SelectMany(Settings))
        .GroupBy(static type => type.Name)
        .ToDictionary(static same => same.Key, static same => same.First().Namespace, StringComparer.Ordinal);

    /// <summary>The namespace of a type.</summary>
    public static string NamespaceOf(string name) => Namespaces.TryGetValue(name, out var found) ? found : Training;

    // The records and enums that a word, its groups and its choices become.
    private static IEnumerable<(string Name, string Namespace)> Settings(Definition word)
    {
        var space = word switch
        {
            Optimizer => Training + ".Optimizers",
            Schedule => Training + ".Schedules",
            RewardObjective or ClassDistillation => Objectives,
            AdversarialObjective or SupervisedObjective or PreferenceObjective => "ModelGen.Losses",
            Objective => Objectives,
            PromptedSource => Answers,
            DataSource => "ModelGen.Data",
            StartPoint or Adapter => Tuning,
            Reward => "ModelGen.Rewards",
            _ => Training,
        };
        var own = word switch
        {
            Likelihood => [(Names.Pascal(word.Word), "ModelGen.Likelihoods")],
            Objective objective => objective.Record is { } record
                ? [(objective.RuntimeType, Objectives), (record, space)]
                : [(objective.RuntimeType, Objectives)],
            IOptionsRecord options => [(options.Record, space)],
            INamesModel named => [(named.Loader, space)],
            _ => Array.Empty<(string, string)>(),
        };
        return own.Concat(word.Parameters.SelectMany(Settings).Select(name => (name, space)));
    }

    private static IEnumerable<string> Settings(Parameter parameter) =>
        parameter.Form switch
        {
            GroupForm group => group.Parameters.SelectMany(Settings).Prepend(group.Record),
            ChoiceForm { RuntimeEnum: { } type } => [type],
            _ => [],
        };
}
