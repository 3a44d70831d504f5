using ModelGen.Checkpoints;
using ModelGen.Native;
using ModelGen.Training.Gradients;
using ModelGen.Training.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// A phase with its optimizer, the scale of its losses where they have one, the loss of its last update, and the sums of its losses since
/// the last report.
/// </summary>
internal sealed class OptimizedPhase(TrainingPhase phase, bool scalesLoss) : IDisposable
{
    private readonly List<(string Name, ScalarSum Sum)> _sums = [];
    private ScalarSum? _update;

    /// <summary>The phase.</summary>
    public TrainingPhase Phase { get; } = phase;

    /// <summary>What it trains.</summary>
    public Parameter[] Parameters { get; } = [.. phase.Parameters.Select(static parameter => parameter.Value)];

    /// <summary>What changes them.</summary>
    public Optimizer Optimizer { get; } = phase.Optimizer.Create(phase.Parameters);

    /// <summary>What scales its losses; null where nothing does.</summary>
    public LossScaling? Scaling { get; } = scalesLoss ? new LossScaling(phase.Parameters[0].Value.device) : null;

    /// <summary>
    /// The states of the optimizer and of loss scaling by the names that checkpoints have, which end in the phase's own name where it has
    /// one.
    /// </summary>
    public IEnumerable<(string Name, IRunState State)> States
    {
        get
        {
            var suffix = Phase.Name.Length > 0 ? "." + Phase.Name : "";
            yield return ("optimizer" + suffix, Optimizer);
            if (Scaling is not null)
            {
                yield return ("scaling" + suffix, Scaling);
            }
        }
    }

    /// <summary>What its losses and gradients are called in messages, with a space after it: empty, or "discriminator ".</summary>
    public string Adjective => Phase.Name.Length > 0 ? Phase.Name + " " : "";

    /// <summary>The loss of the update under way, or made last.</summary>
    public double UpdateLoss => _update!.Read();

    /// <summary>Forgets the loss of the last update.</summary>
    public void BeginUpdate() => (_update ??= new ScalarSum(Parameters[0].device)).Clear();

    /// <summary>Null rather than zero: backward then writes gradients instead of adding to them.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in Parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Adds a share of a loss and of its parts to the sums.</summary>
    public void Add(StepLoss loss, double share)
    {
        if (_sums.Count == 0)
        {
            var prefix = Phase.Name.Length > 0 ? Phase.Name + "_" : "";
            foreach (var name in loss.Parts.Select(static part => part.Name).Prepend(prefix + "loss"))
            {
                _sums.Add((name, new ScalarSum(Parameters[0].device)));
            }
        }

        _update!.Add(loss.Total, share);
        _sums[0].Sum.Add(loss.Total, share);
        for (var i = 0; i < loss.Parts.Count; i++)
        {
            _sums[i + 1].Sum.Add(loss.Parts[i].Value, share);
        }
    }

    /// <summary>Reads the means over some steps and sets the sums back.</summary>
    public IEnumerable<MetricValue> TakeMeans(long steps)
    {
        foreach (var (name, sum) in _sums)
        {
            yield return new MetricValue(name, sum.Read() / (steps * Phase.Times));
            sum.Clear();
        }
    }

    /// <summary>Sets the sums back.</summary>
    public void ClearSums() => _sums.ForEach(static each => each.Sum.Clear());

    /// <summary>Frees the optimizer's state, the scale and the sums.</summary>
    public void Dispose()
    {
        Optimizer.Dispose();
        Scaling?.Dispose();
        _update?.Dispose();
        foreach (var (_, sum) in _sums)
        {
            sum.Dispose();
        }
    }
}
