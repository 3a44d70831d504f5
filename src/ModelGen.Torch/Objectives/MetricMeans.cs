using ModelGen.Training;

namespace ModelGen.Objectives;

/// <summary>The means of metrics over samples that come in batches.</summary>
internal sealed class MetricMeans
{
    private readonly Dictionary<string, double> _sums = new(StringComparer.Ordinal);

    /// <summary>Adds the sum of a metric over the samples of a batch.</summary>
    public void Add(string name, double sum) => _sums[name] = _sums.GetValueOrDefault(name) + sum;

    /// <summary>The means over all samples, in the order in which the metrics were first added.</summary>
    /// <param name="count">The number of samples.</param>
    public IReadOnlyList<MetricValue> Over(long count) => [.. _sums.Select(sum => new MetricValue(sum.Key, sum.Value / count))];
}
