using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Torch's random numbers from one point on, which can be drawn again later.</summary>
internal sealed class RepeatedDraws
{
    // Parts of a batch run on several threads only if the model draws nothing; the state then never changes, provided that reads and writes
    // do not overlap.
    private static readonly Lock Generator = new();

    // Null on the CPU, where the generator's state is enough.
    private readonly long? _seed;

    private RepeatedDraws(long? seed) => _seed = seed;

    /// <summary>Begins draws that can be repeated.</summary>
    /// <param name="device">The device of the draws: the CPU or CUDA.</param>
    /// <param name="state">The state of the CPU's generator; the caller disposes it.</param>
    public static RepeatedDraws Begin(DeviceType device, out Tensor state)
    {
        long? seed = device == DeviceType.CUDA ? Drawn() : null;
        if (seed is { } value)
        {
            cuda.manual_seed_all(value);
        }

        state = State();
        return new RepeatedDraws(seed);

        static long Drawn()
        {
            using var number = randint(long.MaxValue, [1], dtype: ScalarType.Int64);
            return number.item<long>();
        }
    }

    /// <summary>Repeats the draws until the result is disposed.</summary>
    /// <param name="state">The state that <see cref="Begin"/> gave.</param>
    public IDisposable Repeat(Tensor state)
    {
        var repetition = new Repetition(State(), _seed);
        Set(state);
        if (_seed is { } seed)
        {
            cuda.manual_seed_all(seed);
        }

        return repetition;
    }

    private static Tensor State()
    {
        lock (Generator)
        {
            return RngState.Get();
        }
    }

    private static void Set(Tensor state)
    {
        lock (Generator)
        {
            RngState.Set(state);
        }
    }

    private sealed class Repetition(Tensor before, long? seed) : IDisposable
    {
        public void Dispose()
        {
            Set(before);
            before.Dispose();

            // Later draws must not repeat those that followed the part in the forward pass.
            if (seed is { } drawn)
            {
                cuda.manual_seed_all(unchecked((long)CounterRandom.Bits((ulong)drawn, CounterRandom.Stream.Recomputation, 0)));
            }
        }
    }
}
