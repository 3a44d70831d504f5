using System.Text.Json;

namespace ModelGen.Data;

/// <summary>What a file of JSON lines holds, an object on each line, with the lines that cannot be used.</summary>
/// <param name="Items">What the usable lines hold, in their order.</param>
/// <param name="Places">The line of each.</param>
/// <param name="Problems">The lines that cannot be used, and why.</param>
/// <param name="PassedOver">How many lines hold nothing of this kind, and are not meant to.</param>
internal sealed record JsonRows<T>(
    IReadOnlyList<T> Items,
    IReadOnlyList<TextPlace> Places,
    IReadOnlyList<FileProblem> Problems,
    int PassedOver
)
    where T : class
{
    /// <summary>Reads a file; empty lines are no lines.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="what">What a line holds, as in <c>pair of texts to learn from</c>.</param>
    /// <param name="wanted">What a line is like.</param>
    /// <param name="read">Reads the object of a line, or tells what is wrong with it, worded to follow its place; neither for a line that
    /// is passed over.</param>
    /// <param name="progress">Receives the share that has been read, from 0 to 1.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <param name="passedOver">What the lines are that are passed over, in the plural.</param>
    /// <exception cref="ModelGenException">The file cannot be read, is not text, or has no line that can be used.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static JsonRows<T> Read(
        string path,
        string what,
        string wanted,
        Func<JsonElement, (T? Item, string? Problem)> read,
        IProgress<double>? progress,
        CancellationToken cancellation,
        string passedOver = ""
    )
    {
        return TextFileReader.Read(path, Collect, progress, cancellation);

        JsonRows<T> Collect(TextFileReader reader)
        {
            var (items, places, problems, passed) = (new List<T>(), new List<TextPlace>(), new List<FileProblem>(), 0);
            for (var line = 1; reader.ReadLine() is { } written; line++)
            {
                if (string.IsNullOrWhiteSpace(written))
                {
                    continue;
                }

                var place = new TextPlace(path, line);
                var before = items.Count;
                if (JsonLine.Read(written, wanted, Add) is { } problem)
                {
                    problems.Add(new FileProblem(place.ToString(), problem));
                }
                else if (items.Count > before)
                {
                    places.Add(place);
                }
                else
                {
                    passed++;
                }
            }

            return items.Count > 0
                ? new JsonRows<T>(items, places, problems, passed)
                : throw new ModelGenException(
                    $"'{path}' holds no {what}{(passed > 0 ? $", only {passedOver}" : "")}{FileProblem.Summary(problems)}; "
                        + $"each line must be like {wanted}."
                );

            string? Add(JsonElement line)
            {
                var (item, problem) = read(line);
                if (item is not null)
                {
                    items.Add(item);
                }

                return problem;
            }
        }
    }
}
