using System.Globalization;
using System.Text;
using ModelGen.Data;
using ModelGen.Runs;

namespace ModelGen.Examples;

/// <summary>The text to learn from.</summary>
internal static class DocumentationText
{
    // The spec's 2000 steps read 1.5 MB, and the last validation reads a tenth of all text: more text would add little and slow down the
    // end of the run.
    private const long MostDocumentation = 2_000_000;

    /// <summary>Reads a file or a folder, or the documentation of .NET if none is given, and reports what was read.</summary>
    public static TextCorpus Read(string? path, CancellationToken stop) =>
        path is null ? TextCorpus.FromText(ReadDocumentation(stop)) : ReadText(path, stop);

    private static TextCorpus ReadText(string path, CancellationToken stop)
    {
        var corpus = TextCorpus.Read(path, new ProgressLine($"reading {path}"), stop);
        Tell($"read {corpus.ByteCount:N0} bytes of text from {corpus.Files.Count} file(s) in {path}");
        return corpus;
    }

    private static string ReadDocumentation(CancellationToken stop)
    {
        var files = DotnetDocumentation.FindFiles(DotnetDocumentation.DotnetRoots());
        var documentation = DotnetDocumentation.Read(files, MostDocumentation, stop);
        Tell(
            $"""
            read the documentation of .NET: {documentation.Files} files, {documentation.XmlBytes / 1e6:F1} MB of XML
              {documentation.Passages,9:N0} passages (summaries, parameters, return values, exceptions, remarks)
              {-documentation.NotProse,9:N0} of them dropped: empty, shorter than three words, or code
              {documentation.Entries,9:N0} types and members
              {-documentation.Empty,9:N0} dropped: no passage left
              {-documentation.Duplicates,9:N0} dropped: exact duplicates of an earlier one
              {documentation.Distinct,9:N0} distinct, {documentation.DistinctBytes / 1e6:F1} MB of text
              {documentation.Kept,9:N0} kept, {Encoding.UTF8.GetByteCount(documentation.Text)
                / 1e6:F1} MB, spread evenly over all files so that the last validation stays short
            """
        );
        return documentation.Text;
    }

    private static void Tell(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
