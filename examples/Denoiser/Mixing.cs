using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Examples.Denoiser;

/// <summary>
/// Mixes the positions of a signal by a matrix that it learns, the same for all channels: [batch, C, length] to [batch, C, length].
/// </summary>
public sealed class Mixing : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear mix;

    /// <summary>Makes the module.</summary>
    /// <param name="length">The length of a signal.</param>
    public Mixing(long length)
        : base(nameof(Mixing))
    {
        mix = nn.Linear(length, length);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => mix.call(input);
}
