using ModelGen.Data;

namespace ModelGen.RandomNumbers;

/// <summary>
/// Stateless random numbers: each is a function of a seed, a stream (what the number is for) and an index, so any step of a run can be
/// reached without replaying the steps before it.
/// </summary>
/// <remarks>
/// The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
/// </remarks>
internal static class CounterRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>What random numbers are used for; the streams of a seed are independent of each other.</summary>
    public enum Stream : ulong
    {
        TrainingOrder = 1,
        ValidationOrder = 2,
        Torch = 3,
        Sampling = 4,
        Augmentation = 8,
        HeldBack = 9,
        DrawnDigits = 10,
        Codes = 12,
        Noise = 13,
        Masking = 14,
        BatchOrder = 15,
        ClassifierWeights = 21,
        KernelSubsets = 23,
        Recomputation = 24,
        Sweep = 25,
        Rollouts = 30,
        AnswerOrder = 31,
        JudgedAnswers = 32,
        JudgedSides = 33,
    }

    /// <summary>64 uniformly distributed bits.</summary>
    public static ulong Bits(ulong seed, Stream stream, ulong index) =>
        Mix(Mix(Mix(seed + GoldenGamma) ^ ((ulong)stream * GoldenGamma)) ^ (index * GoldenGamma));

    /// <summary>A uniformly distributed number in [0, 1).</summary>
    public static double Uniform(ulong seed, Stream stream, ulong index) => (Bits(seed, stream, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// Maps 64 random bits to a number from 0 to <paramref name="count"/> − 1 (Lemire 2019, without the rejection step: the bias is below
    /// count / 2⁶⁴).
    /// </summary>
    public static long Below(ulong bits, long count) => (long)Math.BigMul(bits, (ulong)count, out _);

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
