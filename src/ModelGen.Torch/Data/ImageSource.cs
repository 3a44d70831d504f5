using ModelGen.Models;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Image files, as named in a recipe.</summary>
public abstract record ImageSource
{
    private readonly ImageAugmentation _augmentation = new();

    /// <inheritdoc cref="ImageAugmentation.HorizontalFlip"/>
    public bool HorizontalFlip
    {
        get => _augmentation.HorizontalFlip;
        init => _augmentation = _augmentation with { HorizontalFlip = value };
    }

    /// <inheritdoc cref="ImageAugmentation.CropPadding"/>
    public int CropPadding
    {
        get => _augmentation.CropPadding;
        init => _augmentation = _augmentation with { CropPadding = value };
    }

    /// <summary>Reads the images. Files that cannot be used are left out; see <see cref="SampleDataset.Problems"/>.</summary>
    /// <param name="shape">Channels, height and width: the model's <see cref="Models.SampleModel.SampleShape"/>.</param>
    /// <param name="validationFraction">The fraction held back if there are no test images, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device for the images, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">There are no images, they cannot be read, or they have a different shape and cannot be
    /// converted to this one.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public SampleDataset Read(
        ReadOnlySpan<long> shape,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (shape.Length != 3)
        {
            throw new ArgumentException($"An image has 3 axes (channels, height, width), not {shape.Length}.", nameof(shape));
        }

        var (training, test) = ReadImages((int)shape[0], (int)shape[1], (int)shape[2], progress, cancellation);
        return SampleDataset.Create(training, test, validationFraction, _augmentation, device);
    }

    /// <summary>Reads the training images, and the test images if there are any.</summary>
    private protected abstract (ImageCollection Training, ImageCollection? Test) ReadImages(
        int channels,
        int height,
        int width,
        IProgress<double>? progress,
        CancellationToken cancellation
    );
}
