namespace ModelGen.Benchmarks.Training;

/// <summary>Both sides of a training, and the data that they share.</summary>
/// <param name="data">The data; the pair frees them.</param>
/// <param name="ours">Makes our side.</param>
/// <param name="baseline">Makes the side written by hand.</param>
internal sealed class TrainingPair(IDisposable data, Func<GeneratedTraining> ours, Func<TrainingSide> baseline) : IDisposable
{
    /// <summary>Makes our side, with weights from torch's random numbers.</summary>
    public TrainingSide Ours() => ours();

    /// <summary>Makes the side written by hand, with weights of its own.</summary>
    public TrainingSide Baseline() => baseline();

    /// <summary>Frees the data.</summary>
    public void Dispose() => data.Dispose();
}
