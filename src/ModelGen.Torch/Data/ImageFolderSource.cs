using ModelGen.Native;

namespace ModelGen.Data;

/// <summary>PNG and JPEG images in a folder, as named in a recipe; see <see cref="ImageFolder.Read"/>.</summary>
public sealed record ImageFolderSource : ImageSource
{
    /// <summary>The folder with the images, or with one sub-folder per class.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder with the validation images; null to hold back some of the training images.</summary>
    public string? Test { get; init; }

    private protected override (ImageCollection Training, ImageCollection? Test) ReadImages(
        int channels,
        int height,
        int width,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        return (
            Read("data.image-folder", Folder, Test is null ? progress : ReadingShare.Of(progress, 0, 0.5)),
            Test is null ? null : Read("data.image-folder.test", Test, ReadingShare.Of(progress, 0.5, 0.5))
        );

        ImageCollection Read(string key, string folder, IProgress<double>? share) =>
            SourcePath.Read(key, folder, path => ImageFolder.Read(path, channels, height, width, share, cancellation));
    }
}
