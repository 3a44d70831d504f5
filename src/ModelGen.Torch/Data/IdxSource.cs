using ModelGen.Native;

namespace ModelGen.Data;

/// <summary>Labelled grey images in MNIST's file format, as named in a recipe; see <see cref="IdxFiles.Read"/>.</summary>
public sealed record IdxSource : ImageSource
{
    /// <summary>The folder with the files.</summary>
    public required string Folder { get; init; }

    private protected override (ImageCollection Training, ImageCollection? Test) ReadImages(
        int channels,
        int height,
        int width,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var (training, test) = SourcePath.Read("data.idx", Folder, static folder => IdxFiles.Read(folder));
        progress?.Report(1);
        return (training.Channels, training.Height, training.Width) == (channels, height, width)
            ? (training, test)
            : throw new ModelGenException(
                $"The images in '{Folder}' are [{training.Channels}, {training.Height}, {training.Width}], but the model takes "
                    + $"[{channels}, {height}, {width}]; change the shape in the model's data."
            );
    }
}
