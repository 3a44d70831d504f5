using System.Text.Json;

namespace ModelGen.Data;

/// <summary>Reads pairs of texts from JSON lines: one object on each line, such as <c>{"source": "…", "target": "…"}</c>.</summary>
public static class PairFile
{
    /// <summary>
    /// Reads the file. Lines that cannot be used are left out, see <see cref="PairCollection.Problems"/>; empty lines are no lines.
    /// </summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="source">The key of the text to read, which must not be empty.</param>
    /// <param name="target">The key of the text to write.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>The pairs, in the order of the lines.</returns>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used; the message names the
    /// first of them.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static PairCollection Read(
        string path,
        string source = "source",
        string target = "target",
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        var wanted = $$"""{"{{source}}": "…", "{{target}}": "…"}""";
        var rows = JsonRows<TextPair>.Read(path, "pair of texts to learn from", wanted, Pair, progress, cancellation);
        return new PairCollection(rows.Items, rows.Places, rows.Problems);

        (TextPair?, string?) Pair(JsonElement line)
        {
            if ((JsonLine.NoString(line, source, "source") ?? JsonLine.NoString(line, target, "target")) is { } missing)
            {
                return (null, missing);
            }

            var pair = new TextPair(line.GetProperty(source).GetString()!, line.GetProperty(target).GetString()!);
            return pair.Source.Length == 0 ? (null, "has an empty source")
                : Surrogates.IndexOfHalf(pair.Source) >= 0 || Surrogates.IndexOfHalf(pair.Target) >= 0 ? (null, Surrogates.Problem)
                : (pair, null);
        }
    }
}
