using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelGen.Files;
using ModelGen.Plots;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Writes a run's metrics as JSON lines: one object per report with <c>step</c> and, where measured, <c>train_loss</c>,
/// <c>validation_loss</c>, their parts, <c>learning_rate</c>, <c>gradient_norm</c>, <c>update_ratio</c>, <c>tokens_per_second</c> (or
/// <c>images_per_second</c>, <c>samples_per_second</c>) and <c>peak_memory_bytes</c>. Each line is handed to the operating system before
/// training continues, so a killed process loses none; after each checkpoint and at the end of a run all are flushed to disk, so a power
/// failure loses at most those of later steps. A finished run's last line is the loss over all validation data, if the objective has one.
/// </summary>
/// <remarks>Repeating a run writes the same lines, except for speed and memory.</remarks>
public sealed class MetricsFile : TrainingObserver
{
    /// <summary>What the names of the objective's metrics begin with in training.</summary>
    internal const string TrainingPrefix = "train_";

    /// <summary>What they begin with in validation.</summary>
    internal const string ValidationPrefix = "validation_";

    private readonly string _path;

    /// <summary>Creates the observer; the file is written when the run starts.</summary>
    /// <param name="path">The file. A new run replaces it; a resumed run keeps its lines up to the step that it resumes from.</param>
    public MetricsFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
    }

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Keep(start.Step, report =>
            start.Step > 0 && !IsTakenAgain(report.Step, report.Metrics.Select(static metric => metric.Name), start)
        );
    }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Append(report.Step, MetricsOf(report));
    }

    /// <inheritdoc/>
    public override void OnValidation(ValidationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Append(report.Step, MetricsOf(report));
    }

    /// <inheritdoc/>
    public override void OnRollback(RollbackReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Keep(report.ToStep, static _ => true);
    }

    /// <inheritdoc/>
    public override void OnCheckpoint(CheckpointReport report) => Writing(() => AppendedFile.Flush(_path));

    /// <inheritdoc/>
    public override void OnEnd(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);

        // What made the run fail, a full disk for example, must not be hidden by a second failure here.
        if (result.Outcome != TrainingOutcome.Failed)
        {
            Writing(() => AppendedFile.Flush(_path));
        }
    }

    /// <summary>
    /// Reads the metrics that a run has written, each over the steps at which it was measured, in order of first appearance.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The metrics by their names in the file; lines that a crash truncated or that have no step, and values that are not numbers,
    /// are left out.</returns>
    /// <exception cref="ModelGenException">The file cannot be read.</exception>
    public static IReadOnlyList<Curve> Read(string path) => ReadAndCount(path).Curves;

    /// <summary>Reads the metrics as <see cref="Read"/>, and counts the lines that are left out.</summary>
    /// <returns>The metrics, and the number of lines that are none; a last one does not count: a crash truncates it, or it is just being
    /// written.</returns>
    internal static (IReadOnlyList<Curve> Curves, int LeftOut) ReadAndCount(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var lines = Reading(path, static lines =>
            lines.Where(static line => line.Text.Length > 0).Select(static line => line.Report).ToArray()
        );
        var curves = new OrderedDictionary<string, List<(long Step, double Value)>>();
        foreach (var report in lines.OfType<Report>())
        {
            foreach (var (name, value) in report.Metrics)
            {
                if (!curves.TryGetValue(name, out var points))
                {
                    curves.Add(name, points = []);
                }

                points.Add((report.Step, value));
            }
        }

        return (
            [.. curves.Select(static curve => new Curve(curve.Key, curve.Value))],
            lines.SkipLast(1).Count(static line => line is null)
        );
    }

    /// <summary>All metrics of a report, under the names used in the file.</summary>
    internal static IReadOnlyList<MetricValue> MetricsOf(StepReport report)
    {
        var metrics = Prefixed(TrainingPrefix, report.Metrics);
        metrics.Add(new("learning_rate", report.LearningRate));
        if (report.GradientNorm is { } norm)
        {
            metrics.Add(new("gradient_norm", norm));
        }

        if (report.UpdateRatio is { } ratio)
        {
            metrics.Add(new("update_ratio", ratio));
        }

        metrics.Add(new(report.Unit + "_per_second", Math.Round(report.UnitsPerSecond, 1)));
        if (report.PeakMemory > 0)
        {
            metrics.Add(new("peak_memory_bytes", report.PeakMemory));
        }

        return metrics;
    }

    /// <inheritdoc cref="MetricsOf(StepReport)"/>
    internal static IReadOnlyList<MetricValue> MetricsOf(ValidationReport report) => Prefixed(ValidationPrefix, report.Metrics);

    /// <summary>Whether a metric comes from the objective, in training or in validation.</summary>
    internal static bool IsOfObjective(string name) => OfObjective(name) is not null;

    /// <summary>The names of one of the objective's metrics in training and in validation.</summary>
    internal static IEnumerable<string> NamesOf(string metric) => [TrainingPrefix + metric, ValidationPrefix + metric];

    /// <summary>The name of the objective's metric behind a name in the file; null for other metrics, such as speed.</summary>
    internal static string? OfObjective(string name) =>
        new[] { TrainingPrefix, ValidationPrefix }.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? name[prefix.Length..]
            : null;

    /// <summary>The full validation comes after the last checkpoint, so a run resumed from there repeats it.</summary>
    internal static bool IsTakenAgain(long step, IEnumerable<string> names, TrainingStart start) =>
        start.Step == start.TotalSteps
        && step == start.Step
        && names.Any(static name => name.StartsWith(ValidationPrefix, StringComparison.Ordinal));

    private static List<MetricValue> Prefixed(string prefix, IEnumerable<MetricValue> metrics) =>
        [.. metrics.Select(metric => metric with { Name = prefix + metric.Name })];

    private static T Reading<T>(string path, Func<IEnumerable<(string Text, Report? Report)>, T> read)
    {
        try
        {
            // The run that is being read may append lines, or replace the file.
            using var reader = new StreamReader(RegularFile.Open(path, FileShare.ReadWrite | FileShare.Delete));
            return read(Lines(reader).Select(static line => (line, Parse(line))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the metrics: {exception.Message}", exception);
        }
    }

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Parses a line; null if a crash truncated it or something else wrote it.</summary>
    private static Report? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (
                document.RootElement is not { ValueKind: JsonValueKind.Object } root
                || !root.TryGetProperty("step", out var property)
                || property.ValueKind != JsonValueKind.Number
                || !property.TryGetInt64(out var step)
            )
            {
                return null;
            }

            var metrics = new List<MetricValue>();
            foreach (var member in root.EnumerateObject().Where(static member => member.Name != "step"))
            {
                if (ValueOf(member.Value) is { } value)
                {
                    metrics.Add(new(member.Name, value));
                }
            }

            return new Report(step, metrics);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string whose escapes are not valid Unicode.
            return null;
        }
    }

    private static double? ValueOf(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Number => element.GetDouble(),

            // Values that JSON has no numbers for are written as strings.
            JsonValueKind.String
                when double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
            _ => null,
        };

    /// <summary>Rewrites the file with those of its lines up to a step that meet a condition.</summary>
    private void Keep(long step, Func<Report, bool> condition)
    {
        string[] kept = [];
        if (File.Exists(_path))
        {
            kept = Reading(_path, lines =>
                lines
                    .TakeWhile(line => line.Report?.Step <= step)
                    .Where(line => condition(line.Report!))
                    .Select(static line => line.Text)
                    .ToArray()
            );
        }

        AtomicFile.Write(_path, "the metrics", stream =>
        {
            foreach (var line in kept)
            {
                stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
        });
    }

    private void Append(long step, IEnumerable<MetricValue> values)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", step);
            foreach (var (name, value) in values)
            {
                // JSON has no numbers for NaN and infinity.
                if (double.IsFinite(value))
                {
                    writer.WriteNumber(name, value);
                }
                else
                {
                    writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
                }
            }

            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        Writing(() => AppendedFile.Append(_path, buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                $"Cannot write the metrics: {exception.Message.TrimEnd('.')}; free some space, or write to another place.",
                exception
            );
        }
    }

    /// <summary>The content of a line.</summary>
    private sealed record Report(long Step, IReadOnlyList<MetricValue> Metrics);
}
