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
        CancellationToken cancellation
    ) =>
        (
            Read("data.image-folder", Folder, channels, height, width, cancellation),
            Test is null ? null : Read("data.image-folder.test", Test, channels, height, width, cancellation)
        );

    private static ImageCollection Read(string key, string folder, int channels, int height, int width, CancellationToken cancellation) =>
        SourcePath.Read(key, folder, path => ImageFolder.Read(path, channels, height, width, cancellation));
}
