using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>The steps of a batch of answers, one answer after another.</summary>
/// <param name="Ends">
/// The place of the last token of each step among all tokens of the batch: its row times the length of rows, and its column; int64 [steps].
/// </param>
/// <param name="Ratings">How probably each step is right, 1 for a right one and 0 for a wrong one; float32 [steps].</param>
public sealed record StepBatch(Tensor Ends, Tensor Ratings) : IDisposable
{
    /// <summary>The number of steps.</summary>
    public long Count => Ends.size(0);

    /// <summary>The steps of samples with one sequence each.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="length">The length of rows.</param>
    /// <param name="device">The device of the tensors.</param>
    internal static StepBatch Of(IReadOnlyList<AnswerSample> samples, int length, Device device) =>
        new(
            tensor(
                samples.SelectMany((sample, row) => sample.Sequences[0].StepEnds.Select(end => ((long)row * length) + end)).ToArray(),
                device: device
            ),
            tensor(samples.SelectMany(static sample => sample.StepRatings).Select(static rating => (float)rating).ToArray(), device: device)
        );

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Ends.Dispose();
        Ratings.Dispose();
    }
}
