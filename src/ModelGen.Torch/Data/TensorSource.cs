using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Tensors in files, as a recipe names them.</summary>
public abstract record TensorSource
{
    /// <summary>Reads the samples.</summary>
    /// <param name="shape">The lengths of a sample's axes: the model's.</param>
    /// <param name="validationFraction">The part held back where there are no samples for tests, above 0 and below 1.</param>
    /// <param name="device">Where the samples live; the CPU where null. It must be the model's device.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">There are no samples, they cannot be read, or they are of another shape.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleDataset Read(
        ReadOnlySpan<long> shape,
        double validationFraction,
        Device? device = null,
        CancellationToken cancellation = default
    )
    {
        var (training, test) = ReadTensors(cancellation);
        if (!shape.SequenceEqual([.. training.Shape.Select(static length => (long)length)]))
        {
            throw new ModelGenException(
                $"The samples are [{string.Join(", ", training.Shape)}], but the model is for "
                    + $"[{string.Join(", ", shape.ToArray())}]; give the model their shape."
            );
        }

        return SampleDataset.Create(training, test, validationFraction, device);
    }

    /// <summary>Reads the samples to train on, and those to validate on where they are apart.</summary>
    private protected abstract (TensorCollection Training, TensorCollection? Test) ReadTensors(CancellationToken cancellation);
}
