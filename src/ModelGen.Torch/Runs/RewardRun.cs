using ModelGen.Answers;
using ModelGen.Evaluation;
using ModelGen.Models;

namespace ModelGen.Runs;

/// <summary>A whole run of a reward model; of preferences it measures how many of the held-out ones it gets right.</summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
/// <typeparam name="TData">The class of its data.</typeparam>
public sealed class RewardRun<TModel, TData> : ModelRun<TModel, TData>
    where TModel : Network
    where TData : AnsweredDataset
{
    private protected override RunResults Results(TModel model, TData data, ulong seed) =>
        data is PreferenceDataset preferences ? new RewardResults(model, preferences) : base.Results(model, data, seed);
}

/// <summary>How well a reward model tells which of two answers people prefer.</summary>
internal sealed class RewardResults(Network model, PreferenceDataset data) : RunResults
{
    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics(RunFolder folder) => [new RewardMetric(model, data)];
}
