using System.Numerics;

namespace ModelGen.Native.Convolutions;

/// <summary>The gradient of a bias: the sum of the output's gradient over all samples and positions.</summary>
internal static unsafe class ChannelSums
{
    /// <summary>Sums [batch, channels, size] to [channels].</summary>
    public static void Of<T>(T* values, long batch, long channels, long size, T* sums)
        where T : unmanaged, INumber<T>
    {
        var threads = (int)Math.Clamp(channels, 1, LibtorchThreads.Count);
        LibtorchThreads.Run(threads, thread =>
        {
            for (var channel = channels * thread / threads; channel < channels * (thread + 1) / threads; channel++)
            {
                var sum = 0.0;
                for (long sample = 0; sample < batch; sample++)
                {
                    sum += double.CreateTruncating(Sum(values + (((sample * channels) + channel) * size), size));
                }

                sums[channel] = T.CreateTruncating(sum);
            }
        });
    }

    private static T Sum<T>(T* values, long count)
        where T : unmanaged, INumber<T>
    {
        var (lanes, i) = (Vector<T>.Zero, 0L);
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
        {
            lanes += *(Vector<T>*)(values + i);
        }

        var sum = Vector.Sum(lanes);
        for (; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
