using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>A phase with its optimizer, the scale of its losses where they have one, the loss of its last move, and the sums of its losses since the last report.</summary>
internal sealed class Player(TrainingPhase phase, bool scalesLoss) : IDisposable
{
    private readonly List<(string Name, ScalarSum Sum)> _sums = [];
    private ScalarSum? _move;

    /// <summary>The phase.</summary>
    public TrainingPhase Phase { get; } = phase;

    /// <summary>What it trains.</summary>
    public Parameter[] Parameters { get; } = [.. phase.Parameters.Select(static parameter => parameter.Value)];

    /// <summary>What changes them.</summary>
    public Optimizer Optimizer { get; } = phase.Optimizer.Create(phase.Parameters);

    /// <summary>What scales its losses; null where nothing does.</summary>
    public LossScaling? Scaling { get; } = scalesLoss ? new LossScaling(phase.Parameters[0].Value.device) : null;

    /// <summary>The loss of the move under way, or made last.</summary>
    public double MoveLoss => _move!.Read();

    /// <summary>Forgets the loss of the last move.</summary>
    public void BeginMove() => (_move ??= new ScalarSum(Parameters[0].device)).Clear();

    /// <summary>Adds a share of a loss and of its parts to the sums.</summary>
    public void Add(StepLoss loss, double share)
    {
        if (_sums.Count == 0)
        {
            var prefix = Phase.Name.Length > 0 ? Phase.Name + "_" : "";
            foreach (var name in loss.Parts.Select(static part => part.Name).Prepend(prefix + "loss"))
                _sums.Add((name, new ScalarSum(Parameters[0].device)));
        }

        _move!.Add(loss.Total, share);
        _sums[0].Sum.Add(loss.Total, share);
        for (var i = 0; i < loss.Parts.Count; i++)
            _sums[i + 1].Sum.Add(loss.Parts[i].Value, share);
    }

    /// <summary>Reads the means over some steps and sets the sums back.</summary>
    public IEnumerable<Measure> TakeMeans(long steps)
    {
        foreach (var (name, sum) in _sums)
        {
            yield return new Measure(name, sum.Read() / (steps * Phase.Times));
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
        _move?.Dispose();
        foreach (var (_, sum) in _sums)
            sum.Dispose();
    }
}
