using ModelGen.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>What all steps of decoding with a model share: its weights as they are multiplied, and tables of positions.</summary>
/// <param name="context">How many positions the model reads.</param>
/// <param name="device">The device of the model.</param>
/// <param name="format">How its weights are kept.</param>
/// <param name="isDirect">Whether tensors are reached directly; elsewhere libtorch computes everything.</param>
internal sealed class DecodingState(int context, Device device, WeightFormat format, bool isDirect) : IDisposable
{
    private readonly Dictionary<object, Tensor> _tables = [];

    /// <summary>How many positions the model reads.</summary>
    public int Context => context;

    /// <summary>The device of the model.</summary>
    public Device Device => device;

    /// <summary>Whether tensors are reached directly; elsewhere libtorch computes everything.</summary>
    public bool IsDirect => isDirect;

    /// <summary>The weights, for the CPU.</summary>
    public PackedWeights Weights { get; } = new(format);

    /// <summary>A tensor that all steps use.</summary>
    /// <param name="key">What it is.</param>
    /// <param name="create">Makes it the first time.</param>
    public Tensor Table(object key, Func<Tensor> create)
    {
        if (!_tables.TryGetValue(key, out var table))
        {
            table = create().DetachFromDisposeScope();
            _tables.Add(key, table);
        }

        return table;
    }

    public void Dispose()
    {
        Weights.Dispose();
        foreach (var table in _tables.Values)
        {
            table.Dispose();
        }

        _tables.Clear();
    }
}
