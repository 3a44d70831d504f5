using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Likelihoods;

/// <summary>How likely a sample is, given what a decoder gives for its latent: p(x | z), value by value.</summary>
public abstract class Likelihood : nn.Module
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">Its name.</param>
    protected Likelihood(string name)
        : base(name) { }

    /// <summary>The kind of likelihood with its settings, which a resumed run must share; its name unless overridden.</summary>
    public virtual string Description => GetName();

    /// <summary>log p(x | z) of each sample, in nats: the sum over its values.</summary>
    /// <param name="output">What the decoder gives, [batch, …].</param>
    /// <param name="samples">The samples, [batch, …].</param>
    /// <returns>[batch]; the caller disposes it.</returns>
    public abstract Tensor LogProbability(Tensor output, Tensor samples);

    /// <summary>The mean sample, E[x | z].</summary>
    /// <param name="output">What the decoder gives, [batch, …].</param>
    /// <returns>[batch, …]; the caller disposes it.</returns>
    public abstract Tensor Mean(Tensor output);

    /// <summary>Does nothing: each likelihood registers what it learns itself.</summary>
    protected override void RegisterComponents() { }

    private protected static Tensor SumOverValues(Tensor values)
    {
        using var rows = values.flatten(1);
        return rows.sum([1]);
    }
}
