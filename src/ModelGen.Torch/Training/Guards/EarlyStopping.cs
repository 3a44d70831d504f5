using ModelGen.Checkpoints;

namespace ModelGen.Training.Guards;

/// <summary>The best metric so far, and how long ago it was.</summary>
internal sealed class EarlyStopping(EarlyStoppingOptions options)
{
    private double _best = double.PositiveInfinity;
    private long _waited;

    /// <summary>The steps made when the metric was best; null before there was one.</summary>
    public long? BestStep { get; private set; }

    /// <summary>Whether the run has waited long enough.</summary>
    public bool IsOver => _waited >= options.Patience;

    /// <summary>Counts the metrics of one validation; true where they are the best.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="step">The steps made.</param>
    /// <exception cref="ModelGenException">The metric that is looked at is not among them.</exception>
    public bool IsBest(IReadOnlyList<MetricValue> metrics, long step)
    {
        var found = metrics.Where(metric => metric.Name == options.Metric).ToList();
        if (found.Count == 0)
        {
            var known = string.Join(", ", metrics.Select(static each => each.Name));
            throw new ModelGenException(
                $"Early stopping looks at the metric '{options.Metric}', but there "
                    + $"{(metrics.Count == 0 ? "is none on the validation data" : $"are {known}")}; choose another."
            );
        }

        if (!(found[0].Value < _best - options.Margin))
        {
            _waited++;
            return false;
        }

        (_best, BestStep) = (found[0].Value, step);
        _waited = 0;
        return true;
    }

    /// <summary>The best metric so far and its step. A run that goes back keeps it, since its weights are still at hand.</summary>
    public (double Value, long? Step) Best
    {
        get => (_best, BestStep);
        set => (_best, BestStep) = value;
    }

    /// <summary>Adds the figures to what a checkpoint keeps.</summary>
    public void Save(IDictionary<string, string> texts)
    {
        texts.Add("best", StateText.Of(_best));
        texts.Add("best-step", StateText.Of(BestStep ?? -1));
        texts.Add("waited", StateText.Of(_waited));
    }

    /// <summary>Takes the figures from what a checkpoint kept.</summary>
    public void Load(IReadOnlyDictionary<string, string> texts)
    {
        _best = StateText.Number(texts, "best");
        BestStep = StateText.Whole(texts, "best-step") is >= 0 and var step ? step : null;
        _waited = StateText.Whole(texts, "waited");
    }
}
