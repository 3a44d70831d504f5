namespace ModelGen.Data;

/// <summary>Text files in a folder with one sub-folder per class, as named in a recipe; see <see cref="TextFolder.Read"/>.</summary>
public sealed record TextFolderSource : LabelledTextSource
{
    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder with the validation texts; null to hold back some of the training texts.</summary>
    public string? Test { get; init; }

    private protected override (TextCollection Training, TextCollection? Test) ReadTexts(
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => SourcePath.ReadBoth("data.text-folder", Folder, Test, (path, share) => TextFolder.Read(path, share, cancellation), progress);
}
