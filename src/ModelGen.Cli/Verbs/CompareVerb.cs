using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelGen.Cli.Runs;
using ModelGen.Cli.Tables;
using ModelGen.Plots;
using ModelGen.Runs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen compare</c>: runs side by side.</summary>
internal static partial class CompareVerb
{
    private const string DefaultPlot = "compare.png";
    private const string BetterMark = " *";
    private const string NoSetting = "No setting differs.";
    private const int LongestHash = 12;
    private const int FewestRuns = 2;

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var folders = new Argument<string[]>("RUN")
        {
            Description = $"the folders of {FewestRuns} to {Curves.Most} runs",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var plot = RunOption.Picture("the PNG file for the curves", DefaultPlot);
        var force = RunOption.Force();
        var json = new Option<bool>("--json") { Description = "write JSON instead of a table" };
        var command = new Command("compare", "Shows in what runs differ, their measures side by side, and their losses in one plot.")
        {
            folders,
            plot,
            force,
            json,
        };
        command.Validators.Add(given =>
        {
            if (given.GetResult(folders)?.Tokens.Count is not (>= FewestRuns and <= Curves.Most))
            {
                given.AddError($"{FewestRuns} to {Curves.Most} runs can be compared: no plot tells more curves apart.");
            }
        });
        command.SetAction(parsed =>
            Compare(parsed.GetValue(folders)!, parsed.GetValue(plot)!, parsed.GetValue(force), parsed.GetValue(json))
        );
        return command;
    }

    private static int Compare(IReadOnlyList<string> folders, string file, bool replaces, bool isJson)
    {
        if (Directory.Exists(file))
        {
            throw new ModelGenException($"'{file}' is a folder; --out takes the name of a PNG file.");
        }

        if (File.Exists(file) && !replaces)
        {
            throw new ModelGenException($"There is a file '{file}' already; --force replaces it, --out names another.");
        }

        var comparison = new Comparison([.. folders.Select(RunFolders.Read)]);
        var plot = new LossPlot(comparison.Runs, comparison.Names);
        if (!plot.IsEmpty)
        {
            plot.Write(file);
        }

        var code = comparison.Runs.All(static run => run.Problems.Count == 0) ? 0 : 1;
        if (isJson)
        {
            ReadableJson.Write(Json(comparison, plot.IsEmpty ? null : file));
            return code;
        }

        Print(comparison);
        Console.WriteLine();
        Console.WriteLine(plot.IsEmpty ? "No run has a loss to plot." : $"The losses are plotted in {file}.");
        foreach (var (index, label) in plot.Labels.Index().Where(label => label.Item != comparison.Names[label.Index]))
        {
            Console.WriteLine($"There, {label} is {comparison.Names[index]}.");
        }

        return code;
    }

    private static void Print(Comparison comparison)
    {
        var runs = comparison.Runs;
        List<(string? Title, List<IReadOnlyList<string>> Rows)> sections =
        [
            (
                null,
                [
                    ["model", .. runs.Select(static run => run.Manifest!.Model ?? TextTable.Missing)],
                    ["started (UTC)", .. runs.Select(RunWords.Started)],
                    ["state", .. runs.Select(RunWords.State)],
                    ["steps", .. runs.Select(RunWords.Steps)],
                ]
            ),
            (comparison.Settings.Count > 0 ? "settings that differ:" : NoSetting, Rows(comparison.Settings)),
            ("what they ran on, where it differs:", Rows(comparison.Environment)),
            ("last metrics:", Rows(comparison.Measures, "metrics")),
            ("evaluation:", Rows(comparison.Measures, "evaluation")),
        ];
        IReadOnlyList<string> heading = ["", .. comparison.Names];
        var all = sections.SelectMany(static section => section.Rows).Prepend(heading).ToList();
        var width = Screen.Output.Columns;
        var isWide = TextTable.Fits(all, width);
        var lines = isWide ? new Queue<string>(TextTable.Lines(all)) : [];
        if (isWide)
        {
            Console.WriteLine(lines.Dequeue());
        }

        foreach (var (title, rows) in sections.Where(static section => section.Rows.Count > 0 || section.Title == NoSetting))
        {
            if (title is not null)
            {
                Console.WriteLine();
                Console.WriteLine(title);
            }

            foreach (var row in rows)
            {
                if (isWide)
                {
                    Console.WriteLine(lines.Dequeue());
                }
                else
                {
                    PrintNarrow(row, comparison.Names);
                }
            }
        }

        PrintNotes(comparison);
    }

    // A run below the other, where they do not fit beside each other.
    private static void PrintNarrow(IReadOnlyList<string> row, IReadOnlyList<string> names)
    {
        Console.WriteLine(row[0]);
        foreach (var line in TextTable.Lines([.. names.Select((name, index) => (IReadOnlyList<string>)[$"  {name}", row[index + 1]])]))
        {
            Console.WriteLine(line);
        }
    }

    private static void PrintNotes(Comparison comparison)
    {
        var notes = new List<string>();
        if (comparison.Measures.Any(static measure => measure.Better.Count > 0))
        {
            notes.Add("* is the better value.");
        }

        var incomparable = comparison
            .Measures.Where(static measure => measure.IsIncomparable)
            .Select(static measure => measure.Name)
            .ToList();
        if (incomparable.Count > 0)
        {
            notes.Add(
                $"No value is marked as better in {string.Join(", ", incomparable.Distinct())}: the runs have other data, another "
                    + "objective or another way of being evaluated."
            );
        }

        notes.AddRange(comparison.Runs.SelectMany(static run => run.Problems.Select(problem => $"{run.Folder}: {problem}")));
        if (notes.Count > 0)
        {
            Console.WriteLine();
            notes.ForEach(static note => Console.WriteLine(TextTable.OneLine(note)));
        }
    }

    private static List<IReadOnlyList<string>> Rows(IEnumerable<Difference> differences) =>
        [.. differences.Select(static row => (IReadOnlyList<string>)[row.Name, .. row.Values.Select(Short)])];

    private static List<IReadOnlyList<string>> Rows(IEnumerable<Measure> measures, string source) =>
        [
            .. measures
                .Where(measure => measure.Source == source)
                .Select(static row =>
                    (IReadOnlyList<string>)
                        [
                            row.Name,
                            .. row.Values.Select(
                                (value, index) =>
                                    value is { } number
                                        ? NumberText.Of(number) + (row.Better.Contains(index) ? BetterMark : "")
                                        : TextTable.Missing
                            ),
                        ]
                ),
        ];

    // The beginning of a hash tells it from others.
    private static string Short(string? value) =>
        value is null ? TextTable.Missing : Hash().Replace(value, static hash => hash.Value[..LongestHash]);

    [GeneratedRegex(@"\b([0-9a-f]{40}|[0-9a-f]{64})\b")]
    private static partial Regex Hash();

    private static JsonObject Json(Comparison comparison, string? plot) =>
        new()
        {
            ["runs"] = new JsonArray([
                .. comparison.Runs.Select(
                    (run, index) =>
                        new JsonObject
                        {
                            ["path"] = run.Folder,
                            ["name"] = comparison.Names[index],
                            ["model"] = run.Manifest!.Model,
                            ["started"] = JsonValue.Create(run.Started),
                            ["state"] = RunWords.State(run),
                            ["step"] = run.Step,
                            ["total_steps"] = run.Manifest.TotalSteps,
                            ["problems"] = new JsonArray([.. run.Problems.Select(static problem => JsonValue.Create(problem))]),
                        }
                ),
            ]),
            ["settings"] = Json(comparison.Settings),
            ["environment"] = Json(comparison.Environment),
            ["measures"] = new JsonArray([
                .. comparison.Measures.Select(static measure => new JsonObject
                {
                    ["source"] = measure.Source,
                    ["name"] = measure.Name,
                    ["values"] = new JsonArray([
                        .. measure.Values.Select(static value => value is { } number ? ReadableJson.Number(number) : null),
                    ]),
                    ["better"] = new JsonArray([.. measure.Better.Select(static index => JsonValue.Create(index))]),
                }),
            ]),
            ["plot"] = plot,
        };

    private static JsonArray Json(IEnumerable<Difference> differences) =>
        new([
            .. differences.Select(static difference => new JsonObject
            {
                ["name"] = difference.Name,
                ["values"] = new JsonArray([.. difference.Values.Select(static value => JsonValue.Create(value))]),
            }),
        ]);
}
