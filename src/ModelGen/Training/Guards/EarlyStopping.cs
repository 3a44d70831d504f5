namespace ModelGen.Training;

/// <summary>The best measure so far, and how long ago it was.</summary>
internal sealed class EarlyStopping(EarlyStoppingOptions options)
{
    private double _best = double.PositiveInfinity;
    private long _waited;

    /// <summary>Whether the run has waited long enough.</summary>
    public bool IsOver => _waited >= options.Patience;

    /// <summary>Whether there was a measure yet.</summary>
    public bool HasBest => double.IsFinite(_best);

    /// <summary>Counts the measures of one validation; true where they are the best.</summary>
    /// <exception cref="ModelGenException">The measure that is looked at is not among them.</exception>
    public bool IsBest(IReadOnlyList<Measure> measures)
    {
        var found = measures.Where(measure => measure.Name == options.Measure).ToList();
        if (found.Count == 0)
            throw new ModelGenException($"Early stopping looks at the measure '{options.Measure}', but there {(measures.Count == 0 ? "is none on the validation data" : $"are {string.Join(", ", measures.Select(static each => each.Name))}")}; choose another.");
        if (!(found[0].Value < _best - options.Margin))
        {
            _waited++;
            return false;
        }

        _best = found[0].Value;
        _waited = 0;
        return true;
    }

    /// <summary>Adds the figures to what a checkpoint keeps.</summary>
    public void Save(IDictionary<string, string> state)
    {
        state.Add("best", RunProgress.Text(_best));
        state.Add("waited", RunProgress.Text(_waited));
    }

    /// <summary>Takes the figures from what a checkpoint kept.</summary>
    public void Load(IReadOnlyDictionary<string, string> state)
    {
        _best = RunProgress.Number(state, "best");
        _waited = RunProgress.Whole(state, "waited");
    }
}
