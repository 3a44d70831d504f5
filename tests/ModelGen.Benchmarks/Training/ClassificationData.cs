using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>Made-up samples with classes.</summary>
internal sealed class ClassificationData : IDisposable
{
    /// <summary>How many there are.</summary>
    public const int Count = 1024;

    /// <summary>Numbers in a sample.</summary>
    public const int Features = 32;

    /// <summary>How many classes there are.</summary>
    public const int Classes = 10;

    private readonly Tensor _samples = randn(Count, Features);
    private readonly Tensor _classes = randint(Classes, [Count], dtype: ScalarType.Int64);

    /// <summary>
    /// Samples from one of the run's on, [count, <see cref="Features"/>], and their classes, [count]; they begin anew after the last.
    /// </summary>
    public (Tensor Samples, Tensor Classes) Batch(long firstSample, int count)
    {
        var first = firstSample % Count;
        return (_samples.narrow(0, first, count), _classes.narrow(0, first, count));
    }

    /// <summary>Frees the samples.</summary>
    public void Dispose()
    {
        _samples.Dispose();
        _classes.Dispose();
    }
}
