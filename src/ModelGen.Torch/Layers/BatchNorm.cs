using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// (x − mean) / sqrt(variance + epsilon) · weight + bias for each channel, with the batch's statistics in training and the running
/// statistics otherwise (Ioffe and Szegedy 2015). The state is that of TorchSharp's module, whose own batch counter adds a number that the
/// garbage collector may free too early; see <see cref="TensorArithmetic"/>.
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

    /// <summary>Normalises the batch; in training, also updates the running statistics.</summary>
    /// <param name="input">The batch, [batch, channels, …]; the caller disposes it.</param>
    /// <returns>A tensor of the same shape; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The input has the wrong number of axes.</exception>
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

    /// <summary>Rejects a batch with the wrong number of axes.</summary>
    /// <param name="input">The batch.</param>
    /// <exception cref="ArgumentException">The batch has the wrong number of axes.</exception>
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
