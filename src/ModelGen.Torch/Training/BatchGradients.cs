using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// Computes the gradients of an update from the whole batch, or from its parts, one after another (accumulation) and on several threads.
/// Parts are weighted by their share and added in order, so the same number of parts and threads gives the same bytes.
/// </summary>
internal sealed class BatchGradients : IDisposable
{
    // Forward and backward of this many multiply-adds take a core about 0.4 ms; waking a thread and waiting for it, about 0.03 ms.
    private const long LeastWork = 4_000_000;

    // Adding the gradient of a weight takes as long as six multiply-adds with their backward, and should be a small part of the work.
    private const long LeastWorkPerWeight = 20;

    private readonly Objective _objective;
    private readonly int _rounds;
    private readonly BatchThreads? _threads;
    private readonly bool _isSmall;
    private readonly StepLoss?[] _losses;
    private readonly IList<Tensor>?[] _gradients;

    /// <summary>Starts threads if the objective allows them and a batch is worth them.</summary>
    /// <param name="objective">Computes the losses.</param>
    /// <param name="options">The batch size and the number of parts to compute a batch in.</param>
    /// <param name="weights">The number of trained weights.</param>
    /// <param name="device">Their device.</param>
    public BatchGradients(Objective objective, TrainingOptions options, long weights, Device device)
    {
        _objective = objective;
        _rounds = options.Accumulate;
        var threads =
            device.type == DeviceType.CPU && objective.ActualSplit == BatchSplit.Parallel
                ? Threads(objective.MultiplyAdds, options.BatchSize / options.Accumulate, weights)
                : 1;
        _isSmall = device.type == DeviceType.CPU && objective.MultiplyAdds > 0 && objective.MultiplyAdds * options.BatchSize < LeastWork;
        _threads = threads > 1 ? new BatchThreads(threads) : null;
        _losses = new StepLoss?[threads];
        _gradients = new IList<Tensor>?[threads];
    }

    /// <summary>The number of threads that compute parts of a batch in parallel.</summary>
    public int ThreadCount => _losses.Length;

    /// <summary>
    /// Limits libtorch to one thread until disposed if a step is too small for more: waking another for each operation then takes longer
    /// than the operation. A step of an MLP of 7,000 weights takes more than twice as long with two.
    /// </summary>
    public ThreadLimit LimitThreads() => new(_isSmall ? 1 : get_num_threads());

    /// <summary>
    /// Adds the gradients of an update, scaled if the phase's losses are, to those of its parameters, and the loss to the phase's sums.
    /// </summary>
    public void Compute(TrainingStep step, OptimizedPhase phase)
    {
        if (_rounds == 1 && _threads is null)
        {
            using var loss = Loss(step, phase.Phase.Name);
            using var scaled = phase.Scaling?.Scale(loss.Total);
            (scaled ?? loss.Total).backward();
            phase.Add(loss, share: 1);
            return;
        }

        var parts = step.Parts(_rounds * _losses.Length);
        _objective.BeforeParts(parts);
        try
        {
            foreach (var round in parts.Chunk(_losses.Length))
            {
                ComputeRound(round, phase);
            }
        }
        finally
        {
            _objective.AfterParts();
        }
    }

    /// <summary>Where numbers stop being finite in an update, searched part by part of the batch; null if they do not.</summary>
    /// <param name="step">The update, recomputed with the current weights.</param>
    /// <param name="seed">Seeds torch as before the update.</param>
    public Divergence? FindDivergence(TrainingStep step, Action seed)
    {
        var parts = step.Parts(_rounds * _losses.Length);
        if (parts.Length > 1)
        {
            _objective.BeforeParts(parts);
        }

        try
        {
            return parts
                .Select(part => Divergence.Find(_objective.Model, () =>
                    {
                        seed();
                        return Loss(part, phase: "").Total;
                    }))
                .FirstOrDefault(static divergence => divergence is not null);
        }
        finally
        {
            if (parts.Length > 1)
            {
                _objective.AfterParts();
            }
        }
    }

    /// <summary>Stops the threads.</summary>
    public void Dispose() => _threads?.Dispose();

    private static int Threads(long multiplyAdds, int samples, long weights)
    {
        var most = Math.Min(get_num_threads(), samples);
        var worth = multiplyAdds * samples / Math.Max(LeastWork, LeastWorkPerWeight * weights);
        return (int)Math.Clamp(worth, 1, most);
    }

    private void ComputeRound(TrainingStep[] round, OptimizedPhase phase)
    {
        if (_threads is null)
        {
            ComputePart(round[0], 0, phase);
        }
        else
        {
            _threads.Run(part => ComputePart(round[part], part, phase));
        }

        for (var part = 0; part < round.Length; part++)
        {
            phase.Add(_losses[part]!, ShareOf(_losses[part]!, round[part]));
            if (part > 0)
            {
                AddGradients(phase.Learning(round[part].Step), _gradients[part]!);
            }
        }

        _losses[0]!.Dispose();
    }

    /// <summary>
    /// Backward accumulates the first part's gradients; those of the others are kept separate until they are added in order.
    /// </summary>
    private void ComputePart(TrainingStep step, int part, OptimizedPhase phase)
    {
        var loss = Loss(step, phase.Phase.Name);
        using var weighed = loss.Total.Times(ShareOf(loss, step));
        using var scaled = phase.Scaling?.Scale(weighed);
        var total = scaled ?? weighed;
        if (part == 0)
        {
            total.backward();
        }
        else
        {
            _gradients[part] = autograd.grad([total], phase.Learning(step.Step), allow_unused: true);
        }

        _losses[part] = loss;
    }

    /// <summary>The loss of the objective, plus those that layers have of their own, which are means over the part's samples.</summary>
    private StepLoss Loss(TrainingStep step, string phase)
    {
        using var auxiliary = AuxiliaryLosses.Collect();
        var loss = _objective.Loss(step);
        var shown = auxiliary.Shown();
        if (shown.Count == 0)
        {
            return loss;
        }

        // The objective's share of the part weighs the sum and all that is shown.
        var scale = loss.Share is { } share ? step.Share / share : 1;
        var prefix = phase.Length > 0 ? phase + "_" : "";
        var parts = loss.Parts.ToList();
        foreach (var (name, value) in shown)
        {
            using (value)
            {
                parts.Add((prefix + name, value.Times(scale)));
            }
        }

        if (auxiliary.Total is not { } own)
        {
            return loss with { Parts = parts };
        }

        using var ofObjective = loss.Total;
        using var weighed = own.Times(scale);
        return loss with { Total = ofObjective.Plus(weighed), Parts = parts };
    }

    private static double ShareOf(StepLoss loss, TrainingStep step) => loss.Share ?? step.Share;

    private static void AddGradients(IReadOnlyList<Tensor> parameters, IList<Tensor> gradients)
    {
        using var noGrad = no_grad();
        for (var i = 0; i < parameters.Count; i++)
        {
            if (gradients[i] is not { IsInvalid: false } gradient)
            {
                continue;
            }

            using var sum = parameters[i].grad;
            if (sum is null)
            {
                parameters[i].grad = empty_like(parameters[i]).copy_(gradient);
            }
            else
            {
                sum.AddInPlace(gradient);
            }
        }
    }
}
