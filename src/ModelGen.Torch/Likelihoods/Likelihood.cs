using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Likelihoods;

/// <summary>How likely a picture is, given what a decoder gives for its latent: p(x | z), pixel by pixel.</summary>
public abstract class Likelihood : nn.Module
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">Its name.</param>
    protected Likelihood(string name)
        : base(name)
    {
    }

    /// <summary>The kind of likelihood with its settings, which a resumed run must share; its name unless overridden.</summary>
    public virtual string Description => GetName();

    /// <summary>log p(x | z) of each picture, in nats: the sum over its pixels.</summary>
    /// <param name="output">What the decoder gives, [batch, C, H, W].</param>
    /// <param name="images">The pictures, [batch, C, H, W], from 0 to 1.</param>
    /// <returns>[batch]; the caller disposes it.</returns>
    public abstract Tensor LogProbability(Tensor output, Tensor images);

    /// <summary>The mean picture, E[x | z].</summary>
    /// <param name="output">What the decoder gives, [batch, C, H, W].</param>
    /// <returns>[batch, C, H, W]; the caller disposes it.</returns>
    public abstract Tensor Mean(Tensor output);

    /// <summary>Does nothing: each likelihood registers what it learns itself.</summary>
    protected override void RegisterComponents()
    {
    }

    private protected static Tensor SumOverPixels(Tensor values) => values.sum([1, 2, 3]);
}
