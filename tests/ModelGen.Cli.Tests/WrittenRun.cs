using System.Globalization;
using System.Text.Json;
using ModelGen.Runs;
using ModelGen.Training;

namespace ModelGen.Cli.Tests;

/// <summary>The folder of a run, with metrics as a run writes them.</summary>
internal sealed class WrittenRun
{
    private readonly Terminal _terminal;
    private readonly string _folder;

    /// <summary>Writes a run with a validation at both ends and losses in between.</summary>
    public WrittenRun(Terminal terminal, string folder, int totalSteps = 40, params double[] losses)
    {
        (_terminal, _folder) = (terminal, folder);
        terminal.Write($"{folder}/metrics.jsonl", "");
        Settings["duration"] = $"{totalSteps} steps";
        var metrics = new MetricsFile(terminal[$"{folder}/metrics.jsonl"]);
        metrics.OnStart(new TrainingStart(0, totalSteps));
        if (losses.Length == 0)
        {
            return;
        }

        metrics.OnValidation(new ValidationReport(0, totalSteps, [new("loss", losses[0])], IsFull: false));
        foreach (var (index, loss) in losses.Index())
        {
            metrics.OnStep(new StepReport((index + 1) * 10, totalSteps, [new("loss", loss)], 0.001, 123.4, "tokens", default));
        }

        metrics.OnValidation(new ValidationReport(losses.Length * 10, totalSteps, [new("loss", losses[^1] - 0.5)], IsFull: true));
    }

    /// <summary>The settings, by name.</summary>
    public SortedDictionary<string, string> Settings { get; } =
        new(StringComparer.Ordinal)
        {
            ["model"] = "Writer",
            ["data"] = new string('d', 64),
            ["objective"] = "NextTokenObjective",
            ["seed"] = "1",
        };

    /// <summary>What it ran on.</summary>
    public Dictionary<string, object> Environment { get; } =
        new()
        {
            ["spec_sha256"] = new string('a', 64),
            ["device"] = "cpu",
            ["cores"] = 2,
        };

    /// <summary>When it began.</summary>
    public DateTime Started { get; init; } = new(2026, 3, 1, 12, 0, 5, DateTimeKind.Utc);

    /// <summary>Writes the manifest of a run with one session.</summary>
    /// <param name="outcome">How it ended; null if it did not.</param>
    /// <param name="toStep">The step that it ended at.</param>
    public WrittenRun Manifest(string? outcome = "finished", int toStep = 40) => Sessions((outcome, toStep));

    /// <summary>Writes the manifest of a run with sessions, the later ones on another device.</summary>
    public WrittenRun Sessions(params (string? Outcome, int ToStep)[] ends)
    {
        var sessions = ends.Select(
                (end, index) =>
                {
                    var session = new Dictionary<string, object>(Environment)
                    {
                        ["started"] = Time(Started.AddHours(index)),
                        ["from_step"] = index == 0 ? 0 : ends[index - 1].ToStep,
                    };
                    if (index > 0)
                    {
                        session["device"] = $"cuda:{index}";
                        session["notices"] = new[] { "device was cpu" };
                    }

                    if (end.Outcome is not null)
                    {
                        session["ended"] = Time(Started.AddHours(index + 0.5));
                        session["to_step"] = end.ToStep;
                        session["outcome"] = end.Outcome.Replace(" early", "", StringComparison.Ordinal);
                    }

                    if (end.Outcome == "finished early")
                    {
                        session["stopped_early"] = true;
                    }

                    return session;
                }
            )
            .ToList();
        Write(
            "manifest.json",
            new
            {
                spec = new { file = "writer.model.yaml", sha256 = new string('a', 64) },
                run = Settings,
                sessions,
            }
        );
        return this;
    }

    /// <summary>Writes an evaluation.</summary>
    public WrittenRun Evaluation(string? extractor, params (string Name, object Value)[] figures)
    {
        Write(
            "evaluation.json",
            new
            {
                format = "modelgen-evaluation-1",
                model = "Writer",
                extractor = extractor is null ? null : new { name = "classifier", hash = extractor },
                figures = figures.ToDictionary(static figure => figure.Name, static figure => figure.Value),
                counts = new { generated = 20, held_out = 20 },
                seeds = new { run = 1 },
                notes = Array.Empty<string>(),
            }
        );
        return this;
    }

    private void Write(string name, object content) => _terminal.Write($"{_folder}/{name}", JsonSerializer.Serialize(content));

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
