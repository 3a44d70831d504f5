using ModelGen.Native;

namespace ModelGen.Data;

/// <summary>PNG and JPEG images in a folder, as a recipe names them; see <see cref="ImageFolder.Read"/>.</summary>
public sealed record ImageFolderSource : ImageSource
{
    /// <summary>The folder of the images, or of one sub-folder for each class.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder of the images to validate on; null to hold back some of the others.</summary>
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
