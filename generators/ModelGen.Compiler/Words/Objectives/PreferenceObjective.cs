using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective that learns from preferences without a reward model; the model as it is at first is the reference.</summary>
internal abstract class PreferenceObjective(string word, string summary, params Parameter[] parameters)
    : PromptedObjective(word, summary, parameters)
{
    public sealed override string RuntimeType => "PreferenceObjective";

    public sealed override IReadOnlyList<string> DataSets { get; } = ["PreferenceDataset"];

    public sealed override string Unit => "samples";

    public sealed override int RowsPerSample(Arguments arguments) => 2;

    /// <summary>The number that says how close the model stays to the reference.</summary>
    private protected static NumberParameter Strength(string name, double value) =>
        new(name, "how closely the model keeps to what it was before: the larger, the closer")
        {
            Range = Language.Range.Positive,
            Default = value,
        };
}
