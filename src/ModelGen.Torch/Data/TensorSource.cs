using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Tensor files, as named in a recipe.</summary>
public abstract record TensorSource
{
    /// <summary>Reads the samples.</summary>
    /// <param name="shape">The shape of a sample: the model's.</param>
    /// <param name="validationFraction">The fraction held back if there are no test samples, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device for the samples, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">There are no samples, they cannot be read, or they have a different shape.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public SampleDataset Read(
        ReadOnlySpan<long> shape,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var (training, test) = ReadTensors(cancellation);
        progress?.Report(1);
        if (!shape.SequenceEqual([.. training.Shape.Select(static length => (long)length)]))
        {
            throw new ModelGenException(
                $"The samples are [{string.Join(", ", training.Shape)}], but the model takes "
                    + $"[{string.Join(", ", shape.ToArray())}]; change the shape in the model's data."
            );
        }

        return SampleDataset.Create(training, test, validationFraction, device);
    }

    /// <summary>Reads the training samples, and the test samples if there are any.</summary>
    private protected abstract (TensorCollection Training, TensorCollection? Test) ReadTensors(CancellationToken cancellation);
}
