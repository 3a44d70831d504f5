namespace ModelGen.Data;

/// <summary>Arrays that NumPy saved, as a recipe names them; see <see cref="TensorFiles.ReadNpy"/>.</summary>
public sealed record NpySource : TensorSource
{
    /// <summary>The folder of the files.</summary>
    public required string Folder { get; init; }

    private protected override (TensorCollection Training, TensorCollection? Test) ReadTensors(CancellationToken cancellation) =>
        SourcePath.Read("data.npy", Folder, folder => TensorFiles.ReadNpy(folder, cancellation));
}
