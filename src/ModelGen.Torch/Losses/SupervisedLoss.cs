using static TorchSharp.torch;

namespace ModelGen.Losses;

/// <summary>How far what a network gives is from what it should give, sample by sample.</summary>
public abstract record SupervisedLoss
{
    /// <summary>
    /// Whether what it should give is a class for each sample, int64 [batch]; otherwise it is float32 of the shape of what the network
    /// gives.
    /// </summary>
    public virtual bool IsOfClasses => false;

    /// <summary>The loss of each sample.</summary>
    /// <param name="output">What the network gives, [batch, …].</param>
    /// <param name="target">What it should give.</param>
    /// <returns>[batch]; the caller disposes it.</returns>
    public abstract Tensor PerSample(Tensor output, Tensor target);

    /// <summary>Other figures that tell how good the network is.</summary>
    /// <param name="output">What the network gives, [batch, …].</param>
    /// <param name="target">What it should give.</param>
    /// <returns>Under the name of each its value for each sample, [batch]; the caller disposes them.</returns>
    public virtual IReadOnlyList<(string Name, Tensor PerSample)> Figures(Tensor output, Tensor target) => [];

    /// <summary>The mean over all axes but the batch's, [batch].</summary>
    private protected static Tensor MeanOfSample(Tensor values)
    {
        using var rows = values.flatten(1);
        return rows.mean([1]);
    }
}
