using ModelGen.Native;

namespace ModelGen.Data;

/// <summary>PNG and JPEG pictures in a folder, as a recipe names them; see <see cref="ImageFolder.Read"/>.</summary>
public sealed record ImageFolderSource : ImageSource
{
    /// <summary>The folder of the pictures, or of one sub-folder for each class.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder of the pictures to validate on; null to hold back some of the others.</summary>
    public string? Test { get; init; }

    private protected override (ImageCollection Training, ImageCollection? Test) ReadPictures(int channels, int height, int width, CancellationToken cancellation) =>
        (ImageFolder.Read(Folder, channels, height, width, cancellation), Test is null ? null : ImageFolder.Read(Test, channels, height, width, cancellation));
}
