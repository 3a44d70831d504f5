namespace ModelGen.Data;

/// <summary>A file of texts, each with its class or with what is to be predicted for it, as named in a recipe.</summary>
public abstract record LabelledFileSource : LabelledTextSource
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The column, or the key, of the text.</summary>
    public string Text { get; init; } = "text";

    /// <summary>The column, or the key, of the name of its class.</summary>
    public string Label { get; init; } = "label";

    /// <summary>The column, or the key, of what is to be predicted instead of a class; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>The file with the validation texts; null to hold back some of the training texts.</summary>
    public string? Test { get; init; }

    /// <summary>The key of recipes that names the file.</summary>
    private protected abstract string Key { get; }

    /// <summary>Reads one file.</summary>
    private protected abstract TextCollection ReadFile(string path, IProgress<double>? progress, CancellationToken cancellation);

    private protected sealed override (TextCollection Training, TextCollection? Test) ReadTexts(
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => SourcePath.ReadBoth(Key, File, Test, (path, share) => ReadFile(path, share, cancellation), progress);
}
