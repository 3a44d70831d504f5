using ModelGen.Data;

namespace ModelGen.Examples.Waves;

/// <summary>Sine, square, triangle and sawtooth waves of random frequency, phase and amplitude, with noise.</summary>
internal static class Wave
{
    private const int Length = 128;
    private const double Noise = 0.1;

    private static readonly (string Name, Func<double, double> Value)[] Kinds =
    [
        ("sine", static phase => Math.Sin(2 * Math.PI * phase)),
        ("square", static phase => phase < 0.5 ? 1 : -1),
        ("triangle", static phase => 1 - (4 * Math.Abs(phase - 0.5))),
        ("sawtooth", static phase => (2 * phase) - 1),
    ];

    /// <summary>Draws signals [1, 128], equally many of each kind.</summary>
    /// <param name="count">The number of signals.</param>
    /// <param name="seed">The seed; the same seed gives the same signals.</param>
    public static TensorCollection Draw(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count * Length];
        var labels = new int[count];
        for (var signal = 0; signal < count; signal++)
        {
            labels[signal] = signal % Kinds.Length;
            var (cycles, start, loudness) = (2 + (6 * random.NextDouble()), random.NextDouble(), 0.5 + random.NextDouble());
            for (var i = 0; i < Length; i++)
            {
                var phase = (start + (cycles * i / Length)) % 1;
                values[(signal * Length) + i] = (float)((loudness * Kinds[labels[signal]].Value(phase)) + (Noise * Normal(random)));
            }
        }

        return new TensorCollection(values, [1, Length], labels, [.. Kinds.Select(static kind => kind.Name)]);
    }

    // Box and Muller 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
