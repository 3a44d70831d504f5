using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Decoding;

/// <summary>The keys and values of the positions of one sequence in one layer, as tensors on any device.</summary>
internal sealed class TensorCache : LayerCache
{
    private readonly Tensor _keys;
    private readonly Tensor _values;

    /// <param name="key">Keys of the sizes and on the device that it will have, [1, groups, any, n].</param>
    /// <param name="value">Values, [1, groups, any, m].</param>
    /// <param name="capacity">How many positions there may be.</param>
    public TensorCache(Tensor key, Tensor value, long capacity)
        : this(Room(key, capacity), Room(value, capacity)) { }

    private TensorCache(Tensor keys, Tensor values) => (_keys, _values) = (keys, values);

    public override int Capacity => (int)_keys.size(2);

    public override void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    public override LayerCache Fork(int length) =>
        new TensorCache(_keys.clone().DetachFromDisposeScope(), _values.clone().DetachFromDisposeScope());

    public override void TakeOver(LayerCache other, int position)
    {
        var from = (TensorCache)other;
        using var keys = from._keys.narrow(2, position, 1);
        using var values = from._values.narrow(2, position, 1);
        Write(position, keys, values);
    }

    /// <summary>Keeps the keys and values of positions that follow each other.</summary>
    /// <param name="position">The first position.</param>
    /// <param name="key">The keys, [1, groups, count, n].</param>
    /// <param name="value">The values, [1, groups, count, m].</param>
    public void Write(long position, Tensor key, Tensor value)
    {
        using var keys = _keys.narrow(2, position, key.size(2));
        using var values = _values.narrow(2, position, value.size(2));
        keys.copy_(key);
        values.copy_(value);
    }

    /// <summary>softmax(Q Kᵀ / √n + bias) V over the first positions.</summary>
    /// <param name="query">Q, [1, heads, count, n].</param>
    /// <param name="length">How many positions there are.</param>
    /// <param name="bias">What is added to the scores, [heads or 1, count, length]; null for nothing.</param>
    /// <returns>[1, heads, count, m]; the caller disposes it.</returns>
    public Tensor Attend(Tensor query, long length, Tensor? bias)
    {
        using var keys = ForEachHead(_keys, length, query.size(1));
        using var values = ForEachHead(_values, length, query.size(1));
        return nn.functional.scaled_dot_product_attention(query, keys, values, bias);
    }

    private static Tensor Room(Tensor like, long capacity) =>
        empty([1, like.size(1), capacity, like.size(3)], dtype: like.dtype, device: like.device).DetachFromDisposeScope();

    private static Tensor ForEachHead(Tensor shared, long length, long heads)
    {
        var present = shared.narrow(2, 0, length);
        if (shared.size(1) == heads)
        {
            return present;
        }

        using (present)
        {
            return present.repeat_interleave(heads / shared.size(1), 1);
        }
    }
}
