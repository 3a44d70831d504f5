using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Decoding;

/// <summary>The weights of a model as they are when they are first used, each in its <see cref="PackedWeight"/>.</summary>
/// <param name="format">How they are kept.</param>
internal sealed class PackedWeights(WeightFormat format) : IDisposable
{
    // By where they lie, because TorchSharp makes a new object each time that a weight is read.
    private readonly Dictionary<(nint Data, long Outputs), PackedWeight> _weights = [];

    /// <summary>A weight, float32 [outputs, inputs] on the CPU.</summary>
    public unsafe PackedWeight Of(Tensor weight)
    {
        var key = ((nint)weight.DataPointer(), weight.size(0));
        if (!_weights.TryGetValue(key, out var packed))
        {
            packed = PackedWeight.Of(weight, format);
            _weights.Add(key, packed);
        }

        return packed;
    }

    public void Dispose()
    {
        foreach (var weight in _weights.Values)
        {
            weight.Dispose();
        }

        _weights.Clear();
    }
}
