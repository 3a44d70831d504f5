using ModelGen.Models;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Images in files, as a recipe names them.</summary>
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

    /// <summary>
    /// Reads the images. Files that are broken are left out; those who want to know which read the files themselves, with
    /// <see cref="ImageFolder"/>.
    /// </summary>
    /// <param name="shape">Channels, height and width: the model's <see cref="Models.SampleModel.SampleShape"/>.</param>
    /// <param name="validationFraction">The part held back where there are no test images, above 0 and below 1.</param>
    /// <param name="device">Where the images live; the CPU where null. It must be the model's device.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">There are no images, they cannot be read, or they are of another shape and cannot be brought
    /// to this one.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SampleDataset Read(
        ReadOnlySpan<long> shape,
        double validationFraction,
        Device? device = null,
        CancellationToken cancellation = default
    )
    {
        if (shape.Length != 3)
        {
            throw new ArgumentException($"An image has channels, height and width, not {shape.Length} lengths.", nameof(shape));
        }

        var (training, test) = ReadImages((int)shape[0], (int)shape[1], (int)shape[2], cancellation);
        return SampleDataset.Create(training, test, validationFraction, _augmentation, device);
    }

    /// <summary>Reads the images to train on, and those to validate on where they are apart.</summary>
    private protected abstract (ImageCollection Training, ImageCollection? Test) ReadImages(
        int channels,
        int height,
        int width,
        CancellationToken cancellation
    );
}
