namespace ModelGen.Data;

/// <summary>Comma-separated values with a text and its label on each line, as named in a recipe; see <see cref="CsvFile.Read"/>.</summary>
public sealed record CsvSource : LabelledFileSource
{
    private protected override string Key => "data.csv";

    private protected override TextCollection ReadFile(string path, IProgress<double>? progress, CancellationToken cancellation) =>
        CsvFile.Read(path, Text, Label, Target, progress, cancellation);
}
