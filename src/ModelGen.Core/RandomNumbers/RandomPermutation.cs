using System.Numerics;

namespace ModelGen.RandomNumbers;

/// <summary>
/// A permutation of 0 … length − 1 that computes any element directly, without a table: a four-round Feistel network over the next even
/// power of two, applied until it lands inside the range (Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
/// </summary>
internal readonly struct RandomPermutation
{
    private const int Rounds = 4;

    private readonly ulong _key;
    private readonly ulong _length;
    private readonly int _halfBits;

    public RandomPermutation(ulong key, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _key = key;
        _length = (ulong)length;
        _halfBits = Math.Max(1, (65 - BitOperations.LeadingZeroCount(_length - 1)) / 2);
    }

    public long this[long index]
    {
        get
        {
            var value = (ulong)index;
            do
            {
                value = Encrypt(value);
            } while (value >= _length);
            return (long)value;
        }
    }

    private ulong Encrypt(ulong value)
    {
        var mask = (1UL << _halfBits) - 1;
        var left = value >> _halfBits;
        var right = value & mask;
        for (var round = 0; round < Rounds; round++)
        {
            (left, right) = (right, left ^ (CounterRandom.Mix(_key + ((ulong)round << 56) + right) & mask));
        }

        return (left << _halfBits) | right;
    }
}
