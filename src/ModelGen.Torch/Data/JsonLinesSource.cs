namespace ModelGen.Data;

/// <summary>JSON lines with a text and its label on each line, as named in a recipe; see <see cref="JsonLinesFile.Read"/>.</summary>
public sealed record JsonLinesSource : LabelledFileSource
{
    private protected override string Key => "data.json-lines";

    private protected override TextCollection ReadFile(string path, IProgress<double>? progress, CancellationToken cancellation) =>
        JsonLinesFile.Read(path, Text, Label, Target, progress, cancellation);
}
