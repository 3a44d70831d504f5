namespace ModelGen.Data;

/// <summary>Comma-separated values with a text and its label on each line, as named in a recipe; see <see cref="CsvFile.Read"/>.</summary>
public sealed record CsvSource : LabelledTextSource
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The column of the text.</summary>
    public string Text { get; init; } = "text";

    /// <summary>The column of the name of its class.</summary>
    public string Label { get; init; } = "label";

    /// <summary>The column of what is to be predicted instead of a class; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>The file with the validation texts; null to hold back some of the training texts.</summary>
    public string? Test { get; init; }

    private protected override (TextCollection Training, TextCollection? Test) ReadTexts(
        IProgress<double>? progress,
        CancellationToken cancellation
    ) => Both("data.csv", File, Test, (path, share) => CsvFile.Read(path, Text, Label, Target, share, cancellation), progress);
}
