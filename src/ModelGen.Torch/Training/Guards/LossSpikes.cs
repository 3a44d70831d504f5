using ModelGen.Checkpoints;

namespace ModelGen.Training.Guards;

/// <summary>
/// Finds spikes of the loss above its moving mean μ, in standard deviations √v of its change from step to step: μ ← μ + α (x − μ) and v ← v
/// + α (½ (x − x')² − v), with x' the previous loss (von Neumann 1941, "Distribution of the ratio of the mean square successive difference
/// to the variance"). Unlike the deviation from μ, √v does not grow with how fast the loss falls. Until <see cref="Begin"/> losses are
/// counted, only one that is NaN or infinite is a spike.
/// </summary>
internal sealed class LossSpikes(double deviations)
{
    /// <summary>α, the weight of a new loss: that of a mean over about a hundred losses.</summary>
    public const double Weight = 0.02;

    /// <summary>How many losses must be counted before a finite one can be a spike.</summary>
    public const int Begin = 50;

    private double _last;
    private double _variance;
    private long _count;

    /// <summary>The moving mean of the losses so far.</summary>
    public double Mean { get; private set; }

    /// <summary>Whether a loss is a spike; if it is not, it is counted.</summary>
    public bool IsSpike(double loss)
    {
        if (!double.IsFinite(loss) || (_count >= Begin && loss > Mean + (deviations * Math.Sqrt(_variance))))
        {
            return true;
        }

        var change = _count == 0 ? 0 : loss - _last;
        Mean = _count == 0 ? loss : Mean + (Weight * (loss - Mean));
        _variance = _count <= 1 ? change * change / 2 : _variance + (Weight * ((change * change / 2) - _variance));
        _last = loss;
        _count++;
        return false;
    }

    /// <summary>Adds the values to a checkpoint's state.</summary>
    public void Save(IDictionary<string, string> state)
    {
        state.Add("losses", StateText.Of(_count));
        state.Add("last-loss", StateText.Of(_last));
        state.Add("loss-mean", StateText.Of(Mean));
        state.Add("loss-variance", StateText.Of(_variance));
    }

    /// <summary>Restores the values from a checkpoint's state.</summary>
    public void Load(IReadOnlyDictionary<string, string> state)
    {
        _count = StateText.Whole(state, "losses");
        _last = StateText.Number(state, "last-loss");
        Mean = StateText.Number(state, "loss-mean");
        _variance = StateText.Number(state, "loss-variance");
    }
}
