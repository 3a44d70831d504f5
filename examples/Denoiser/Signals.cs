using ModelGen.Data;

namespace ModelGen.Examples.Denoiser;

/// <summary>Sums of a few sine waves, with noise to learn from and without as the target.</summary>
internal static class Signals
{
    private const int Length = 64;
    private const int Waves = 3;
    private const double Noise = 0.2;

    /// <summary>Draws signals [1, 64] from −1 to 1 and, with noise, what a network sees of them.</summary>
    /// <param name="count">The number of signals.</param>
    /// <param name="seed">The seed; the same seed gives the same signals.</param>
    public static TensorCollection Draw(int count, int seed)
    {
        var random = new Random(seed);
        var (seen, clean) = (new float[count * Length], new float[count * Length]);
        for (var signal = 0; signal < count; signal++)
        {
            var waves = Enumerable
                .Range(0, Waves)
                .Select(_ => (Cycles: 1 + (5 * random.NextDouble()), Start: random.NextDouble()))
                .ToList();
            for (var i = 0; i < Length; i++)
            {
                var value = waves.Average(wave => Math.Sin(2 * Math.PI * (wave.Start + (wave.Cycles * i / Length))));
                clean[(signal * Length) + i] = (float)value;
                seen[(signal * Length) + i] = (float)(value + (Noise * ((2 * random.NextDouble()) - 1)));
            }
        }

        return new TensorCollection(seen, [1, Length], targets: clean, targetShape: [1, Length]);
    }
}
