using System.CommandLine;
using System.Text.Json.Nodes;
using ModelGen.Cli.Runs;
using ModelGen.Cli.Tables;
using ModelGen.Evaluation;
using ModelGen.Runs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen runs</c>: the runs below a folder.</summary>
internal static class RunsVerb
{
    private const string DefaultFolder = "runs";
    private const int CurveLength = 16;
    private const int FiguresShown = 2;

    private static readonly TableColumn[] Columns =
    [
        new("run", 0),
        new("model", 5),
        new("started (UTC)", 6),
        new("steps", 3),
        new("state", 1),
        new("validation loss", 2),
        new("loss curve", 4),
        new("evaluation", 7),
    ];

    // What says most of a model, the first first.
    private static readonly string[] MainFigures =
    [
        "frechet_distance",
        "log_likelihood_bound",
        "next_token_bits_per_byte",
        "next_token_accuracy",
        "validation_bits_per_byte",
        "validation_perplexity",
        "validation_accuracy",
        "validation_exact",
        "validation_reconstruction",
    ];

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "the folder with the runs, however deep below it",
            DefaultValueFactory = static _ => DefaultFolder,
        };
        var json = new Option<bool>("--json") { Description = "write a JSON list instead of a table, with all measures" };
        var command = new Command("runs", "Lists runs with their states and measures, the newest first.") { folder, json };
        command.SetAction(parsed => List(parsed.GetValue(folder)!, parsed.GetValue(json)) ? 0 : 1);
        return command;
    }

    private static bool List(string folder, bool isJson)
    {
        var (runs, unreadable) = RunFolders.Find(folder);
        var problems = runs.SelectMany(static run => run.Problems.Select(problem => $"{run.Folder}: {problem}"))
            .Concat(unreadable)
            .ToList();
        if (isJson)
        {
            ReadableJson.Write(new JsonArray([.. runs.Select(Json)]));
            foreach (var problem in unreadable)
            {
                Console.Error.WriteLine(TextTable.OneLine(problem));
            }

            return problems.Count == 0;
        }

        var screen = Screen.Output;
        foreach (var line in TextTable.Lines(Columns, [.. runs.Select(run => Row(run, screen))], screen.Columns))
        {
            Console.WriteLine(line);
        }

        if (problems.Count > 0)
        {
            Console.WriteLine();
            problems.ForEach(static problem => Console.WriteLine(TextTable.OneLine(problem)));
        }

        return problems.Count == 0;
    }

    private static IReadOnlyList<string> Row(RecordedRun run, Screen screen) =>
        [
            run.Folder,
            run.Manifest?.Model ?? TextTable.Missing,
            RunWords.Started(run),
            RunWords.Steps(run),
            RunWords.State(run),
            run.ValidationLoss is { } loss ? NumberText.Of(loss.Points[^1].Value) : TextTable.Missing,
            (run.TrainingLoss ?? run.ValidationLoss) is { } curve
                ? Sparkline.Draw(curve.Points, CurveLength, screen.HasUnicode)
                : TextTable.Missing,
            run.Evaluation is { } evaluation ? Figures(evaluation) : TextTable.Missing,
        ];

    private static string Figures(EvaluationFile evaluation)
    {
        var main = MainFigures.Where(evaluation.Figures.ContainsKey).ToList();
        var shown = (main.Count > 0 ? main : evaluation.Figures.Keys)
            .Take(FiguresShown)
            .Select(name => $"{name.Replace('_', ' ')} {NumberText.Of(evaluation.Figures[name])}");
        return string.Join(", ", shown);
    }

    private static JsonObject Json(RecordedRun run) =>
        new()
        {
            ["path"] = run.Folder,
            ["model"] = run.Manifest?.Model,
            ["started"] = run.Started is { } started ? JsonValue.Create(started) : null,
            ["state"] = RunWords.State(run),
            ["step"] = run.Step,
            ["total_steps"] = run.Manifest?.TotalSteps,
            ["metrics"] = ReadableJson.Numbers(run.Metrics.Select(static curve => KeyValuePair.Create(curve.Name, curve.Points[^1].Value))),
            ["evaluation"] = run.Evaluation is { } evaluation ? ReadableJson.Numbers(evaluation.Figures) : null,
            ["problems"] = new JsonArray([.. run.Problems.Select(static problem => JsonValue.Create(problem))]),
        };
}
