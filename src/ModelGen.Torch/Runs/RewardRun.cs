using ModelGen.Answers;
using ModelGen.Evaluation;
using ModelGen.Models;

namespace ModelGen.Runs;

/// <summary>A whole run of a reward model; of preferences and of rated steps it measures how many
/// of the held-out ones it gets right.</summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
/// <typeparam name="TData">The class of its data.</typeparam>
public sealed class RewardRun<TModel, TData> : ModelRun<TModel, TData>
    where TModel : Network
    where TData : AnsweredDataset
{
    private protected override RunResults Results(TModel model, TData data, ulong seed) =>
        data switch
        {
            PreferenceDataset preferences => new RewardResults(new RewardMetric(model, preferences)),
            StepDataset steps => new RewardResults(new StepMetric(model, steps)),
            _ => base.Results(model, data, seed),
        };
}

/// <summary>How well a reward model judges held-out answers.</summary>
internal sealed class RewardResults(Metric metric) : RunResults
{
    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics(RunFolder folder) => [metric];
}
