using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Decoding;

/// <summary>The keys and values of the positions of one sequence in one layer, on the CPU.</summary>
/// <remarks>
/// Sixteen keys are a block, in which their first elements come first, then their second ones, so that sixteen scores are computed at once.
/// The result of a query depends on the query and on what it sees alone, to the bit.
/// </remarks>
internal sealed unsafe class KeyValueCache : LayerCache
{
    private const int Block = 16;

    private readonly NativeBuffer<float> _keys;
    private readonly NativeBuffer<float> _values;
    private readonly int _keySize;
    private readonly int _valueSize;
    private readonly int _paddedValue;
    private readonly int _blocks;

    /// <param name="groups">How many heads keys and values have.</param>
    /// <param name="keySize">The length of a key.</param>
    /// <param name="valueSize">The length of a value.</param>
    /// <param name="capacity">How many positions there may be.</param>
    public KeyValueCache(int groups, int keySize, int valueSize, int capacity)
    {
        (Groups, Capacity, _keySize, _valueSize) = (groups, capacity, keySize, valueSize);
        _paddedValue = (valueSize + Block - 1) / Block * Block;
        _blocks = (capacity + Block - 1) / Block;
        _keys = new NativeBuffer<float>((long)groups * _blocks * Block * keySize);
        _values = new NativeBuffer<float>((long)groups * _blocks * Block * _paddedValue);
    }

    /// <summary>How many heads keys and values have.</summary>
    public int Groups { get; }

    public override int Capacity { get; }

    /// <summary>The length of a value.</summary>
    public int ValueSize => _valueSize;

    public override void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    public override LayerCache Fork(int length)
    {
        var copy = new KeyValueCache(Groups, _keySize, _valueSize, Capacity);
        var blocks = (length + Block - 1) / Block;
        for (var group = 0; group < Groups; group++)
        {
            Copy(_keys, copy._keys, (long)group * _blocks * Block * _keySize, (long)blocks * Block * _keySize);
            Copy(_values, copy._values, (long)group * _blocks * Block * _paddedValue, (long)length * _paddedValue);
        }

        return copy;

        static void Copy(NativeBuffer<float> from, NativeBuffer<float> to, long first, long count) =>
            Buffer.MemoryCopy(from.Start + first, to.Start + first, count * sizeof(float), count * sizeof(float));
    }

    public override void TakeOver(LayerCache other, int position)
    {
        var from = (KeyValueCache)other;
        for (var group = 0; group < Groups; group++)
        {
            var key = ((((long)group * _blocks) + (position / Block)) * Block * _keySize) + (position % Block);
            for (var i = 0; i < _keySize; i++)
            {
                _keys.Start[key + (i * Block)] = from._keys.Start[key + (i * Block)];
            }

            var value = (((long)group * _blocks * Block) + position) * _paddedValue;
            Buffer.MemoryCopy(from._values.Start + value, _values.Start + value, _valueSize * sizeof(float), _valueSize * sizeof(float));
        }
    }

    /// <summary>Keeps the key and the value of a position.</summary>
    /// <param name="group">The head.</param>
    /// <param name="position">The position.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public void Write(int group, int position, float* key, float* value)
    {
        var block = _keys.Start + ((((long)group * _blocks) + (position / Block)) * Block * _keySize) + (position % Block);
        for (var i = 0; i < _keySize; i++)
        {
            block[i * Block] = key[i];
        }

        var row = _values.Start + ((((long)group * _blocks * Block) + position) * _paddedValue);
        Buffer.MemoryCopy(value, row, _valueSize * sizeof(float), _valueSize * sizeof(float));
    }

    /// <summary>softmax(q Kᵀ / √n) V for one query.</summary>
    /// <param name="group">The head of the keys and values.</param>
    /// <param name="query">q.</param>
    /// <param name="first">The first position that it sees.</param>
    /// <param name="last">The last one.</param>
    /// <param name="slope">What a score loses for each position that lies between; 0 for none.</param>
    /// <param name="scores">Room for as many scores as there are positions, up to a whole block.</param>
    /// <param name="result">Takes the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Attend(int group, float* query, int first, int last, float slope, float* scores, float* result)
    {
        var scale = Vector512.Create((float)(1 / Math.Sqrt(_keySize)));
        int firstBlock = first / Block,
            lastBlock = last / Block;
        var keys = _keys.Start + (((long)group * _blocks) + firstBlock) * Block * _keySize;
        var largest = Vector512.Create(float.NegativeInfinity);
        for (var block = firstBlock; block <= lastBlock; block++, keys += Block * _keySize)
        {
            var score = Products(query, keys) * scale;
            var positions = Vector512.Create((float)(block * Block)) + Offsets;
            if (slope != 0)
            {
                score -= Vector512.Create(slope) * (Vector512.Create((float)last) - positions);
            }

            if (block == firstBlock || block == lastBlock)
            {
                var seen =
                    Vector512.GreaterThanOrEqual(positions, Vector512.Create((float)first))
                    & Vector512.LessThanOrEqual(positions, Vector512.Create((float)last));
                score = Vector512.ConditionalSelect(seen, score, Vector512.Create(float.NegativeInfinity));
            }

            score.Store(scores + (block * Block));
            largest = Vector512.Max(largest, score);
        }

        var most = Vector512.Create(Largest(largest));
        var total = Vector512<float>.Zero;
        for (var block = firstBlock; block <= lastBlock; block++)
        {
            var weight = Vector512.Exp(Vector512.Load(scores + (block * Block)) - most);
            weight.Store(scores + (block * Block));
            total += weight;
        }

        var inverse = Vector512.Create(1 / Sum(total));
        var values = _values.Start + ((((long)group * _blocks * Block) + first) * _paddedValue);
        var part = stackalloc float[Block];
        for (var column = 0; column < _valueSize; column += Block)
        {
            var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
            var value = values + column;
            var position = first;
            for (; position < last; position += 2, value += 2 * _paddedValue)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(scores[position]), Vector512.Load(value), a);
                b = Vector512.FusedMultiplyAdd(Vector512.Create(scores[position + 1]), Vector512.Load(value + _paddedValue), b);
            }

            if (position == last)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(scores[position]), Vector512.Load(value), a);
            }

            var sum = (a + b) * inverse;
            if (column + Block <= _valueSize)
            {
                sum.Store(result + column);
                continue;
            }

            sum.Store(part);
            for (var i = column; i < _valueSize; i++)
            {
                result[i] = part[i - column];
            }
        }
    }

    private static Vector512<float> Offsets => Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    // The products of a query with the sixteen keys of a block; four sums do not wait for each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Products(float* query, float* keys)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var i = 0;
        for (; i + 4 <= _keySize; i += 4, keys += 4 * Block)
        {
            a = Vector512.FusedMultiplyAdd(Vector512.Create(query[i]), Vector512.Load(keys), a);
            b = Vector512.FusedMultiplyAdd(Vector512.Create(query[i + 1]), Vector512.Load(keys + Block), b);
            c = Vector512.FusedMultiplyAdd(Vector512.Create(query[i + 2]), Vector512.Load(keys + (2 * Block)), c);
            d = Vector512.FusedMultiplyAdd(Vector512.Create(query[i + 3]), Vector512.Load(keys + (3 * Block)), d);
        }

        for (; i < _keySize; i++, keys += Block)
        {
            a = Vector512.FusedMultiplyAdd(Vector512.Create(query[i]), Vector512.Load(keys), a);
        }

        return a + b + (c + d);
    }

    private static float Largest(Vector512<float> values)
    {
        var largest = values[0];
        for (var i = 1; i < Block; i++)
        {
            largest = Math.Max(largest, values[i]);
        }

        return largest;
    }

    private static float Sum(Vector512<float> values) => Vector512.Sum(values);
}
