using ModelGen.Evaluation;

namespace ModelGen.Runs;

/// <summary>
/// What shows what a model has learned: samples along the way, and files and metrics at the end. This one has nothing to show but the loss.
/// </summary>
internal class RunResults
{
    /// <summary>The names of all files that <see cref="Write"/> and the metrics may write.</summary>
    public virtual IReadOnlyList<string> Files => [];

    /// <summary>Writes samples of the run's steps; null where there are none.</summary>
    /// <param name="folder">The folder for them.</param>
    public virtual SampleFiles? WhileTraining(string folder) => null;

    /// <summary>Writes what the trained model makes.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public virtual void Write(RunFolder folder, CancellationToken stop) { }

    /// <summary>What is measured on the trained model.</summary>
    /// <param name="folder">The run's folder.</param>
    public virtual IReadOnlyList<Metric> Metrics(RunFolder folder) => [];
}
