namespace ModelGen.Training;

/// <summary>
/// Finds leaps of the loss against its moving mean μ and variance v (Finch 2009, "Incremental calculation of weighted mean and variance", section 9): with d = x − μ,
/// μ ← μ + α d and v ← (1 − α)(v + α d²). The first losses, which still fall fast, leap nowhere.
/// </summary>
internal sealed class LossSpikes(double deviations)
{
    /// <summary>α, the weight of a new loss: that of a mean over some hundred of them.</summary>
    public const double Weight = 0.02;

    /// <summary>How many losses there must be before one can be a leap.</summary>
    public const int Begin = 50;

    private double _variance;
    private long _count;

    /// <summary>The moving mean of the losses so far.</summary>
    public double Mean { get; private set; }

    /// <summary>Whether a loss leaps up; where it does not, it is counted.</summary>
    public bool IsSpike(double loss)
    {
        if (!double.IsFinite(loss) || (_count >= Begin && loss > Mean + (deviations * Math.Sqrt(_variance))))
            return true;
        var difference = _count == 0 ? 0 : loss - Mean;
        Mean = _count == 0 ? loss : Mean + (Weight * difference);
        _variance = (1 - Weight) * (_variance + (Weight * difference * difference));
        _count++;
        return false;
    }

    /// <summary>Adds the figures to what a checkpoint keeps.</summary>
    public void Save(IDictionary<string, string> state)
    {
        state.Add("losses", RunProgress.Text(_count));
        state.Add("loss-mean", RunProgress.Text(Mean));
        state.Add("loss-variance", RunProgress.Text(_variance));
    }

    /// <summary>Takes the figures from what a checkpoint kept.</summary>
    public void Load(IReadOnlyDictionary<string, string> state)
    {
        _count = RunProgress.Whole(state, "losses");
        Mean = RunProgress.Number(state, "loss-mean");
        _variance = RunProgress.Number(state, "loss-variance");
    }
}
