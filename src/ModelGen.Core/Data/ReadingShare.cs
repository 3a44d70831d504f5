namespace ModelGen.Data;

/// <summary>The progress of one of several steps of a read, as that of the whole.</summary>
/// <param name="whole">Receives the share of the whole.</param>
/// <param name="start">The share that is done before the step.</param>
/// <param name="part">The share that is the step.</param>
internal sealed class ReadingShare(IProgress<double> whole, double start, double part) : IProgress<double>
{
    /// <summary>The progress of a step; null where nobody follows the whole.</summary>
    public static ReadingShare? Of(IProgress<double>? whole, double start, double part) =>
        whole is null ? null : new ReadingShare(whole, start, part);

    public void Report(double value) => whole.Report(start + (part * value));
}
