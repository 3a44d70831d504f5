using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// The losses that layers have of their own, such as the load balance of a mixture of experts, which a training step adds to that of the
/// objective, and the figures that it shows with it. A layer adds its own in its <c>forward</c>, on whatever thread that runs; a step
/// collects those of its own thread. In evaluation and without gradients nothing is collected.
/// </summary>
/// <remarks>
/// The loss of a step is that of the objective plus, over all calls of all layers, the sum of weight · loss. Shown are the losses without
/// their weights, each name as the mean over the calls, so that a figure does not depend on how many layers a model has, and the largest
/// of the figures of a name. A part of a network that is recomputed in backward adds its losses once.
/// </remarks>
public sealed class AuxiliaryLosses : IDisposable
{
    [ThreadStatic]
    private static AuxiliaryLosses? _current;

    private readonly AuxiliaryLosses? _around = _current;
    private readonly bool _isInsidePart;
    private readonly List<(string Name, Tensor Value, bool IsLoss)> _shown = [];
    private Tensor? _total;

    private AuxiliaryLosses(bool isInsidePart)
    {
        _isInsidePart = isInsidePart;
        _current = this;
    }

    /// <summary>Whether a training step collects losses now, on this thread; if not, a layer need not compute its own.</summary>
    public static bool AreWanted => _current is { } current && (current._isInsidePart || is_grad_enabled());

    /// <summary>Adds a loss of a layer to the training step; does nothing unless <see cref="AreWanted"/>.</summary>
    /// <param name="name">The name under which it is shown, as metrics are named: <c>expert_balance</c>.</param>
    /// <param name="loss">A scalar with a gradient: a mean over what the layer has seen. The caller disposes it.</param>
    /// <param name="weight">Its weight in the loss of the step, at least 0; with 0 it is only shown.</param>
    public static void Add(string name, Tensor loss, double weight)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        if (!AreWanted)
        {
            return;
        }

        _current!.Show(name, loss, isLoss: true);
        if (weight > 0)
        {
            using var weighed = loss.Times(weight);
            _current.AddToTotal(weighed);
        }
    }

    /// <summary>Shows a figure of a layer with the losses of the training step; does nothing unless <see cref="AreWanted"/>.</summary>
    /// <param name="name">The name under which the largest figure of that name is shown: <c>largest_expert_share</c>.</param>
    /// <param name="figure">A scalar; the caller disposes it.</param>
    public static void ShowLargest(string name, Tensor figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (AreWanted)
        {
            _current!.Show(name, figure, isLoss: false);
        }
    }

    /// <summary>Ends the collection and frees what has been collected.</summary>
    public void Dispose()
    {
        _current = _around;
        _total?.Dispose();
        _total = null;
        foreach (var (_, value, _) in _shown)
        {
            value.Dispose();
        }

        _shown.Clear();
    }

    /// <summary>Collects what layers add on this thread until disposed.</summary>
    internal static AuxiliaryLosses Collect() => new(isInsidePart: false);

    /// <summary>
    /// Collects what the layers of a part add that is run without gradients, because its backward will run it again with them, or that
    /// is run again.
    /// </summary>
    internal static AuxiliaryLosses CollectInsidePart() => new(isInsidePart: true);

    /// <summary>The sum that a part run by <see cref="Recompute"/> has collected on this thread so far; null if none is wanted.</summary>
    internal static Tensor? TotalInsidePart => _current is { _isInsidePart: true } current ? current._total : null;

    /// <summary>The sum of weight · loss, which remains the collection's; null if no layer has added a loss with a weight.</summary>
    internal Tensor? Total => _total;

    /// <summary>What is shown, scalars without a gradient, by name in the order in which layers have added them.</summary>
    /// <returns>The caller disposes them.</returns>
    internal IReadOnlyList<(string Name, Tensor Value)> Shown() =>
        [.. _shown.GroupBy(static each => (each.Name, each.IsLoss)).Select(static same => (same.Key.Name, Reduced([.. same])))];

    /// <summary>Adds to the enclosing collection the sum that a recomputed part has given, and what its layers show.</summary>
    /// <param name="total">The sum, with its gradient; null if there is none. The caller disposes it.</param>
    internal void AddToEnclosing(Tensor? total)
    {
        if (total is not null)
        {
            _around!.AddToTotal(total);
        }

        _around!._shown.AddRange(_shown);
        _shown.Clear();
    }

    private static Tensor Reduced(IReadOnlyList<(string Name, Tensor Value, bool IsLoss)> same)
    {
        using var all = stack(same.Select(static each => each.Value), 0);
        return same[0].IsLoss ? all.mean() : all.max();
    }

    // What a layer makes belongs to the dispose scope of its class, which ends before the step does.
    private void Show(string name, Tensor value, bool isLoss) => _shown.Add((name, value.detach().DetachFromDisposeScope(), isLoss));

    private void AddToTotal(Tensor weighed)
    {
        var before = _total;
        _total = (before is null ? weighed.alias() : before.Plus(weighed)).DetachFromDisposeScope();
        before?.Dispose();
    }
}
