using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Examples.Denoiser;

/// <summary>
/// Mixes the positions of a signal by a matrix that it learns, the same for all channels: [batch, C, from] to [batch, C, to].
/// </summary>
public sealed class Mixing : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _mix;

    /// <summary>Makes the module.</summary>
    /// <param name="from">The length of its input.</param>
    /// <param name="to">The length of its result.</param>
    public Mixing(long from, long to)
        : base(nameof(Mixing))
    {
        _mix = nn.Linear(from, to);
        register_module("mix", _mix);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _mix.call(input);
}
