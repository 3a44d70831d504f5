using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>The loss between a network's output and its target, sample by sample.</summary>
public abstract record SupervisedLoss
{
    /// <summary>
    /// Whether the target is a class for each sample, int64 [batch]; otherwise it is float32 of the output's shape.
    /// </summary>
    public virtual bool IsOfClasses => false;

    /// <summary>The loss of each sample, times what it counts.</summary>
    /// <param name="output">The network's output, [batch, …].</param>
    /// <param name="target">The target.</param>
    /// <returns>[batch]; the caller disposes it.</returns>
    public abstract Tensor PerSample(Tensor output, Tensor target);

    /// <summary>What each sample counts: the loss is the sum of <see cref="PerSample"/> over the sum of these.</summary>
    /// <param name="target">The target.</param>
    /// <returns>[batch], each above 0, which the caller disposes; null where all count alike, 1 each.</returns>
    public virtual Tensor? Weights(Tensor target) => null;

    /// <summary>Further metrics of how good the network is.</summary>
    /// <param name="output">The network's output, [batch, …].</param>
    /// <param name="target">The target.</param>
    /// <returns>Each metric's name and its value for each sample, [batch]; the caller disposes them.</returns>
    public virtual IReadOnlyList<(string Name, Tensor PerSample)> Figures(Tensor output, Tensor target) => [];

    /// <summary>Checks that the loss is made for as many classes as the data have.</summary>
    /// <param name="classes">How many they have.</param>
    /// <exception cref="ModelGenException">It is made for another number.</exception>
    internal virtual void CheckClasses(int classes) { }

    /// <summary>The mean over all axes except the batch, [batch].</summary>
    private protected static Tensor MeanOfSample(Tensor values)
    {
        using var rows = values.flatten(1);
        return rows.mean([1]);
    }
}
