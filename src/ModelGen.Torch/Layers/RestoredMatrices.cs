using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Memory for the matrices that the quantised weights of a model are restored to, as large as the largest of them, once for each thread
/// that restores one at the same time. It is kept from product to product: if each allocated and freed its own, what is allocated between
/// them would take parts of their places, and the heap would grow by more than int8 saves.
/// </summary>
internal sealed class RestoredMatrices
{
    private readonly ConcurrentBag<Tensor> _free = [];
    private long _largest;

    /// <summary>Makes room for a matrix of so many numbers.</summary>
    public void Reserve(long count) => _largest = Math.Max(_largest, count);

    /// <summary>Memory for a matrix, until it is given back.</summary>
    public Tensor Take(Device device)
    {
        if (_free.TryTake(out var kept))
        {
            if (kept.numel() == _largest)
            {
                return kept;
            }

            kept.Dispose();
        }

        return empty(_largest, ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>Takes it back.</summary>
    public void Return(Tensor memory) => _free.Add(memory);

    /// <summary>Frees what no product uses.</summary>
    public void Free()
    {
        while (_free.TryTake(out var memory))
        {
            memory.Dispose();
        }
    }
}
