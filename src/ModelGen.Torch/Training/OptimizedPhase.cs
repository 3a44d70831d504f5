using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Native;
using ModelGen.Training.Gradients;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// A phase with the optimizer of each group of its parameters, its loss scaling if any, the loss of its last update, and the sums of its
/// losses since the last report.
/// </summary>
internal sealed class OptimizedPhase(TrainingPhase phase, IReadOnlyList<ParameterGroup> groups, bool scalesLoss) : IDisposable
{
    private readonly List<NamedSum> _sums = [];
    private ScalarSum? _update;
    private long _updates;

    /// <summary>The phase.</summary>
    public TrainingPhase Phase { get; } = phase;

    /// <summary>The parameters that it trains.</summary>
    public Parameter[] Parameters { get; } = [.. phase.Parameters.Select(static parameter => parameter.Value)];

    /// <summary>The same in groups, each with the optimizer that updates it; one, unless some learn faster, slower or later.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; } = groups;

    /// <summary>Scales its losses; null if they are not scaled.</summary>
    public LossScaling? Scaling { get; } = scalesLoss ? new LossScaling(phase.Parameters[0].Value.device) : null;

    /// <summary>
    /// The states of the optimizers and of loss scaling under their names in checkpoints, which end with the phase's name if it has one,
    /// and with the group's number if it has several.
    /// </summary>
    public IEnumerable<(string Name, IRunState State)> States
    {
        get
        {
            var suffix = Phase.Name.Length > 0 ? "." + Phase.Name : "";
            for (var i = 0; i < Groups.Count; i++)
            {
                var group = Groups.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $".group{i}") : "";
                yield return ("optimizer" + suffix + group, Groups[i].Optimizer);
            }

            if (Scaling is not null)
            {
                yield return ("scaling" + suffix, Scaling);
            }
        }
    }

    /// <summary>The prefix of its losses and gradients in messages: empty, or "discriminator " with the space.</summary>
    public string Adjective => Phase.Name.Length > 0 ? Phase.Name + " " : "";

    /// <summary>The loss of the current or last update.</summary>
    public double UpdateLoss => _update!.Read();

    /// <summary>Whether all its parameters learn in a step, counted from 0.</summary>
    public bool AllLearn(long step) => Groups.All(group => group.Learns(step));

    /// <summary>Those of its parameters that learn in a step, counted from 0.</summary>
    public Parameter[] Learning(long step) =>
        AllLearn(step) ? Parameters : [.. Groups.Where(group => group.Learns(step)).SelectMany(static group => group.Parameters)];

    /// <summary>Updates those that learn in a step, counted from 0.</summary>
    /// <param name="step">The step.</param>
    /// <param name="learningRate">Its learning rate.</param>
    public void Step(long step, double learningRate)
    {
        foreach (var group in Groups)
        {
            if (group.Learns(step))
            {
                group.Step(learningRate);
            }
        }
    }

    /// <summary>Clears the loss of the last update.</summary>
    public void BeginUpdate()
    {
        (_update ??= new ScalarSum(Parameters[0].device)).Clear();
        _updates++;
    }

    /// <summary>Sets gradients to null rather than zero: backward then writes them instead of adding to them.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in Parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Adds a loss and its components, times a share, to the sums.</summary>
    public void Add(StepLoss loss, double share)
    {
        _update!.Add(loss.Total, share);
        SumOf(Phase.Name.Length > 0 ? Phase.Name + "_loss" : "loss").Add(loss.Total, share);
        foreach (var (name, value) in loss.Parts)
        {
            SumOf(name).Add(value, share);
        }
    }

    /// <summary>Reads the means over some steps and resets the sums.</summary>
    public IEnumerable<MetricValue> TakeMeans(long steps)
    {
        foreach (var each in _sums)
        {
            yield return new MetricValue(each.Name, each.Sum.Read() / ((steps * Phase.Times) - each.Missed));
        }

        ClearSums();
    }

    /// <summary>Resets the sums.</summary>
    public void ClearSums()
    {
        _updates = 0;
        foreach (var each in _sums)
        {
            each.Sum.Clear();
            each.Missed = 0;
        }
    }

    // A layer that begins to learn later has a loss of its own from then on.
    private ScalarSum SumOf(string name)
    {
        var found = _sums.Find(each => each.Name == name);
        if (found is null)
        {
            found = new NamedSum(name, new ScalarSum(Parameters[0].device)) { Missed = _updates - 1 };
            _sums.Add(found);
        }

        return found.Sum;
    }

    /// <summary>Frees the optimizers' state, the scale and the sums.</summary>
    public void Dispose()
    {
        foreach (var group in Groups)
        {
            group.Dispose();
        }

        Scaling?.Dispose();
        _update?.Dispose();
        _sums.ForEach(static each => each.Sum.Dispose());
    }

    private sealed record NamedSum(string Name, ScalarSum Sum)
    {
        /// <summary>How many updates since the last report came before its first.</summary>
        public long Missed { get; set; }
    }
}
