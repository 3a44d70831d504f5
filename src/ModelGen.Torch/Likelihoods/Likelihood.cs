using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Likelihoods;

/// <summary>The likelihood p(x | z) of a sample given the decoder's output for its latent, value by value.</summary>
public abstract class Likelihood : nn.Module
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">Its name.</param>
    protected Likelihood(string name)
        : base(name) { }

    /// <summary>The kind of likelihood and its settings, which a resumed run must share; the module's name unless overridden.</summary>
    public virtual string Description => GetName();

    /// <summary>log p(x | z) of each sample, in nats: the sum over its values.</summary>
    /// <param name="output">The decoder's output, [batch, …].</param>
    /// <param name="samples">The samples, [batch, …].</param>
    /// <returns>[batch]; the caller disposes it.</returns>
    public abstract Tensor LogProbability(Tensor output, Tensor samples);

    /// <summary>The mean sample, E[x | z].</summary>
    /// <param name="output">The decoder's output, [batch, …].</param>
    /// <returns>[batch, …]; the caller disposes it.</returns>
    public abstract Tensor Mean(Tensor output);

    /// <summary>Does nothing: each likelihood registers its own parameters.</summary>
    protected override void RegisterComponents() { }

    private protected static Tensor SumOverValues(Tensor values)
    {
        using var rows = values.flatten(1);
        return rows.sum([1]);
    }
}
