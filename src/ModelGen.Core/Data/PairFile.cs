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
        return TextFileReader.Read(path, Collect, progress, cancellation);

        PairCollection Collect(TextFileReader reader)
        {
            var wanted = $$"""{"{{source}}": "…", "{{target}}": "…"}""";
            var (pairs, places, problems) = (new List<TextPair>(), new List<TextPlace>(), new List<FileProblem>());
            for (var line = 1; reader.ReadLine() is { } written; line++)
            {
                if (string.IsNullOrWhiteSpace(written))
                {
                    continue;
                }

                var place = new TextPlace(path, line);
                if (JsonLine.Read(written, wanted, Add) is { } problem)
                {
                    problems.Add(new FileProblem(place.ToString(), problem));
                }
                else
                {
                    places.Add(place);
                }
            }

            if (pairs.Count > 0)
            {
                return new PairCollection(pairs, places, problems);
            }

            throw new ModelGenException(
                $"'{path}' holds no pair of texts to learn from{FileProblem.Summary(problems)}; each line must be like {wanted}."
            );

            string? Add(JsonElement line)
            {
                if ((JsonLine.NoString(line, source, "source") ?? JsonLine.NoString(line, target, "target")) is { } missing)
                {
                    return missing;
                }

                var pair = new TextPair(line.GetProperty(source).GetString()!, line.GetProperty(target).GetString()!);
                if (pair.Source.Length == 0)
                {
                    return "has an empty source";
                }

                if (Surrogates.IndexOfHalf(pair.Source) >= 0 || Surrogates.IndexOfHalf(pair.Target) >= 0)
                {
                    return "has a text with half of a surrogate pair, which no encoding has";
                }

                pairs.Add(pair);
                return null;
            }
        }
    }
}
