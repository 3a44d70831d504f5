using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// (x − mean) / sqrt(variance + epsilon) · weight + bias for each channel, with the figures of the batch in training, otherwise with the
/// running ones (Ioffe and Szegedy 2015). The state is that of TorchSharp's module, which counts its batches with a number that a
/// collection may free; see <see cref="TensorArithmetic"/>.
/// </summary>
public abstract class BatchNorm : TorchSharp.Modules.BatchNorm
{
    private readonly int _smallestRank;
    private readonly int _largestRank;

    private protected BatchNorm(string name, int smallestRank, int largestRank, long channels, double eps, double momentum, Device? device)
        : base(channels, eps, momentum, affine: true, track_running_stats: true, device, dtype: null, name)
    {
        _smallestRank = smallestRank;
        _largestRank = largestRank;
    }

    /// <summary>The batch, normalised; in training the running figures move towards its own.</summary>
    /// <param name="input">Numbers [batch, channels, …]; the caller disposes it.</param>
    /// <returns>Of the same shape; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The input has another number of axes than the module is for.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ValidateInputDimensions(input);
        if (training)
        {
            num_batches_tracked!.IncrementInPlace();
        }

        return nn.functional.batch_norm(input, running_mean, running_var, weight, bias, training, momentum!.Value, eps);
    }

    /// <summary>Refuses a batch of another number of axes.</summary>
    /// <param name="input">The batch.</param>
    /// <exception cref="ArgumentException">It has another number of axes.</exception>
    protected override void ValidateInputDimensions(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var rank = input.dim();
        if (rank < _smallestRank || rank > _largestRank)
        {
            var wanted = _smallestRank == _largestRank ? $"{_largestRank}" : $"{_smallestRank} or {_largestRank}";
            throw new ArgumentException(
                $"{GetName()} takes {wanted} axes, the batch first; it got [{string.Join(", ", input.shape)}].",
                nameof(input)
            );
        }
    }

    /// <summary>Does nothing: TorchSharp's constructor has registered the state.</summary>
    protected override void RegisterComponents() { }
}
