using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelGen.Cli.Compilation;
using ModelGen.Cli.Runs;
using ModelGen.Cli.Specs;
using ModelGen.Cli.Tables;
using ModelGen.Runs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen chain</c>: the runs that led to one, shown or made again.</summary>
internal static class ChainVerb
{
    private const int HashDigits = 12;

    private static readonly TableColumn[] Columns =
    [
        new("run", 0),
        new("model", 4),
        new("trained by", 5),
        new("seed", 6),
        new("steps", 3),
        new("state", 2),
        new("weights", 7),
        new("from", 1),
    ];

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var run = RunOption.Folder();
        var repeat = new Option<string?>("--repeat")
        {
            Description = "train all of them again into this folder, each from the one made before it, and compare the weights",
            HelpName = "FOLDER",
        };
        var device = RunOption.Device();
        var json = new Option<bool>("--json") { Description = "write a JSON list instead of a table" };
        var command = new Command(
            "chain",
            """
            Shows the runs that led to one: what it started from, its teacher, the networks that told its rewards, and theirs.

            With --repeat they are trained again from the specs that their folders keep, with the same seeds; paths of data start from the
            current folder, as they did. After Ctrl-C the same command goes on where it stopped. Exit code 1 if any of the weights differ.
            """
        )
        {
            run,
            repeat,
            device,
            json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(repeat) is not null && result.GetValue(json))
            {
                result.AddError($"{json.Name} shows a chain; leave {repeat.Name} out.");
            }

            if (result.GetValue(repeat) is null && result.GetResult(device) is { Implicit: false })
            {
                result.AddError($"{device.Name} is for {repeat.Name}; a chain that is only shown runs on none.");
            }
        });
        command.SetAction(
            (parsed, stop) =>
            {
                var runs = ChainedRun.To(Path.TrimEndingDirectorySeparator(parsed.GetValue(run)!));
                if (parsed.GetValue(repeat) is { } folder)
                {
                    return Task.FromResult(Repeat(runs, folder, parsed.GetValue(device)!, stop));
                }

                if (parsed.GetValue(json))
                {
                    ReadableJson.Write(new JsonArray([.. runs.Select(Json)]));
                }
                else
                {
                    Show(runs);
                }

                return Task.FromResult(ConsoleProgram.Done);
            }
        );
        return command;
    }

    private static void Show(IReadOnlyList<ChainedRun> runs)
    {
        var rows = runs.Select(
                IReadOnlyList<string> (each) =>
                    [
                        each.Run.Folder,
                        each.Run.Manifest?.Model ?? TextTable.Missing,
                        Recipe(each) ?? TextTable.Missing,
                        each.Run.Manifest?.Settings.GetValueOrDefault(RunManifest.Seed) ?? TextTable.Missing,
                        RunWords.Steps(each.Run),
                        RunWords.State(each.Run),
                        each.Weights?[..HashDigits] ?? TextTable.Missing,
                        each.Sources.Count > 0 ? string.Join(", ", each.Sources) : TextTable.Missing,
                    ]
            )
            .ToList();
        foreach (var line in TextTable.Lines(Columns, rows, Screen.Output.Columns))
        {
            Console.WriteLine(line);
        }

        var notes = runs.SelectMany(static run =>
                new[] { run.Problem }
                    .OfType<string>()
                    .Concat(run.Missing.Select(source => $"{source}, which {run.Run.Folder} took weights from, is not there, {Here}."))
                    .Concat(run.Changed.Select(source => $"{run.Run.Folder} took other weights from {source} than it has now."))
            )
            .ToList();
        if (notes.Count > 0)
        {
            Console.WriteLine();
            notes.ForEach(static note => Console.WriteLine(TextTable.OneLine(note)));
        }
    }

    private static string Here => $"in '{Directory.GetCurrentDirectory()}'";

    private static string? Recipe(ChainedRun run) => run.Spec?.Recipe is { } recipe ? Path.GetFileName(recipe.Path) : null;

    private static JsonObject Json(ChainedRun run) =>
        new()
        {
            ["path"] = run.Run.Folder,
            ["model"] = run.Run.Manifest?.Model,
            ["recipe"] = Recipe(run),
            ["seed"] = run.Run.Manifest?.Settings.GetValueOrDefault(RunManifest.Seed),
            ["step"] = run.Run.Step,
            ["state"] = RunWords.State(run.Run),
            ["weights"] = run.Weights,
            ["from"] = Texts(run.Sources),
            ["took"] = Texts(run.Run.Manifest?.Sources ?? []),
            ["changed"] = Texts(run.Changed),
            ["missing"] = Texts(run.Missing),
        };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => JsonValue.Create(text))]);

    private static int Repeat(IReadOnlyList<ChainedRun> runs, string folder, string device, CancellationToken stop)
    {
        Check(runs);
        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        var differ = new List<string>();
        foreach (var (number, run) in runs.Index())
        {
            var target = Path.Combine(
                folder,
                string.Create(CultureInfo.InvariantCulture, $"{number + 1}-{Path.GetFileName(Path.GetFullPath(run.Run.Folder))}")
            );
            Console.WriteLine($"run {number + 1} of {runs.Count}: {run.Run.Folder}, again in {target}");
            var sources = run.Spec!.Sources.Select(source => source.In(made[Path.GetFullPath(source.Folder)])).ToList();
            var spec = RunSpec.OfRun(run.Run.Folder, sources);
            var settings = new RunSettings
            {
                Folder = target,
                Seed = ulong.Parse(run.Run.Manifest!.Settings[RunManifest.Seed], CultureInfo.InvariantCulture),
                Device = device,
                IsEvaluated = false,
                Spec = spec.Model.Path,
            };
            if (!UnfinishedRun.Execute(spec, settings, stop))
            {
                Console.WriteLine("the same command goes on with the chain");
                return ConsoleProgram.Stopped;
            }

            made[Path.GetFullPath(run.Run.Folder)] = target;
            if (SameTensors.In(run.Run.Folder, target))
            {
                Console.WriteLine($"{target} has the same weights as {run.Run.Folder}, to the byte");
            }
            else
            {
                differ.Add($"{target} has other weights than {run.Run.Folder}.");
            }

            Console.WriteLine();
        }

        differ.ForEach(Console.Error.WriteLine);
        return differ.Count == 0 ? ConsoleProgram.Done : ConsoleProgram.CannotGoOn;
    }

    private static void Check(IReadOnlyList<ChainedRun> runs)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var folder = run.Run.Folder;
            var problem =
                run.Missing.Count > 0 ? $"'{run.Missing[0]}', which '{folder}' took weights from, is not there, {Here}."
                : run.Run.State is not (RunState.Finished or RunState.StoppedEarly)
                    ? $"'{folder}' is {RunWords.State(run.Run)}; only finished runs are made again."
                : run.Problem is { } unsound ? unsound
                : run.Sources.FirstOrDefault(source => !made.Contains(Path.GetFullPath(source))) is { } later
                    ? $"'{folder}' and '{later}' took weights from each other, so that neither can be made again before the other."
                : run.Weights is null ? $"'{folder}' has no checkpoint that could be compared with."
                : !ulong.TryParse(
                    run.Run.Manifest!.Settings.GetValueOrDefault(RunManifest.Seed),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out _
                )
                    ? $"The manifest of '{folder}' is damaged: it has no seed."
                : null;
            if (problem is not null)
            {
                throw new ModelGenException(problem);
            }

            made.Add(Path.GetFullPath(folder));
        }
    }
}
