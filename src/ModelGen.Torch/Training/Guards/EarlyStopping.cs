using ModelGen.Checkpoints;

namespace ModelGen.Training.Guards;

/// <summary>Tracks the best metric so far and how long ago it was reached.</summary>
internal sealed class EarlyStopping(EarlyStoppingOptions options)
{
    private double _best = double.PositiveInfinity;
    private long _waited;

    /// <summary>The step at which the metric was best; null before the first validation.</summary>
    public long? BestStep { get; private set; }

    /// <summary>Whether the patience has run out.</summary>
    public bool IsOver => _waited >= options.Patience;

    /// <summary>Records the metrics of a validation; true if they are the best so far.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="step">The steps made.</param>
    /// <exception cref="ModelGenException">The metric to watch is not among them.</exception>
    public bool IsBest(IReadOnlyList<MetricValue> metrics, long step)
    {
        var found = metrics.Where(metric => metric.Name == options.Metric).ToList();
        if (found.Count == 0)
        {
            var known = string.Join(", ", metrics.Select(static each => each.Name));
            throw new ModelGenException(
                metrics.Count == 0
                    ? "Early stopping needs a validation metric to watch, but this objective has none; train without early stopping."
                    : $"Early stopping watches the metric '{options.Metric}', but the validation metrics are {known}; choose one of them."
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

    /// <summary>The best metric so far and its step. A rollback keeps it, since its weights are still saved.</summary>
    public (double Value, long? Step) Best
    {
        get => (_best, BestStep);
        set => (_best, BestStep) = value;
    }

    /// <summary>Adds the values to a checkpoint's state.</summary>
    public void Save(IDictionary<string, string> texts)
    {
        texts.Add("best", StateText.Of(_best));
        texts.Add("best-step", StateText.Of(BestStep ?? -1));
        texts.Add("waited", StateText.Of(_waited));
    }

    /// <summary>Restores the values from a checkpoint's state.</summary>
    public void Load(IReadOnlyDictionary<string, string> texts)
    {
        _best = StateText.Number(texts, "best");
        BestStep = StateText.Whole(texts, "best-step") is >= 0 and var step ? step : null;
        _waited = StateText.Whole(texts, "waited");
    }
}
