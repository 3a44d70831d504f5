namespace ModelGen.Data;

/// <summary>Arrays saved by NumPy, as named in a recipe; see <see cref="TensorFiles.ReadNpy"/>.</summary>
public sealed record NpySource : TensorSource
{
    /// <summary>The folder with the files.</summary>
    public required string Folder { get; init; }

    private protected override (TensorCollection Training, TensorCollection? Test) ReadTensors(CancellationToken cancellation) =>
        SourcePath.Read("data.npy", Folder, folder => TensorFiles.ReadNpy(folder, cancellation));
}
