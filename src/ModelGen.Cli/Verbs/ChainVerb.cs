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
        });
        command.SetAction(
            (parsed, stop) =>
            {
                var (runs, missing) = ChainedRun.To(Path.TrimEndingDirectorySeparator(parsed.GetValue(run)!));
                if (parsed.GetValue(repeat) is { } folder)
                {
                    return Task.FromResult(Repeat(runs, missing, folder, parsed.GetValue(device)!, stop));
                }

                if (parsed.GetValue(json))
                {
                    ReadableJson.Write(new JsonArray([.. runs.Select(each => Json(each, runs))]));
                }
                else
                {
                    Show(runs, missing);
                }

                return Task.FromResult(ConsoleProgram.Done);
            }
        );
        return command;
    }

    private static void Show(IReadOnlyList<ChainedRun> runs, IReadOnlyList<string> missing)
    {
        var rows = runs.Select(
                IReadOnlyList<string> (each) =>
                    [
                        each.Run.Folder,
                        each.Run.Manifest?.Model ?? TextTable.Missing,
                        Recipe(each) ?? TextTable.Missing,
                        each.Run.Manifest?.Settings.GetValueOrDefault("seed") ?? TextTable.Missing,
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

        var notes = missing
            .Select(static folder => $"{folder} is no longer there, so that what led to it is not known.")
            .Concat(
                runs.Where(each => IsOutdated(each, runs))
                    .Select(static each =>
                        $"{each.Run.Folder} started from other weights than {each.Sources[0]} has now ({each.StartedFrom![..HashDigits]})."
                    )
            )
            .ToList();
        if (notes.Count > 0)
        {
            Console.WriteLine();
            notes.ForEach(static note => Console.WriteLine(TextTable.OneLine(note)));
        }
    }

    // Whether what it started from has been trained on, or again.
    private static bool IsOutdated(ChainedRun run, IReadOnlyList<ChainedRun> runs) =>
        run is { StartedFrom: { } hash, Sources: [var start, ..] }
        && runs.FirstOrDefault(other => Path.GetFullPath(other.Run.Folder) == Path.GetFullPath(start)) is { Weights: { } weights }
        && weights != hash;

    private static string? Recipe(ChainedRun run) => run.Spec?.Recipe is { } recipe ? Path.GetFileName(recipe.Path) : null;

    private static JsonObject Json(ChainedRun run, IReadOnlyList<ChainedRun> runs) =>
        new()
        {
            ["path"] = run.Run.Folder,
            ["model"] = run.Run.Manifest?.Model,
            ["recipe"] = Recipe(run),
            ["seed"] = run.Run.Manifest?.Settings.GetValueOrDefault("seed"),
            ["step"] = run.Run.Step,
            ["state"] = RunWords.State(run.Run),
            ["weights"] = run.Weights,
            ["from"] = new JsonArray([.. run.Sources.Select(static source => JsonValue.Create(source))]),
            ["started_from"] = run.StartedFrom,
            ["is_outdated"] = IsOutdated(run, runs),
        };

    private static int Repeat(
        IReadOnlyList<ChainedRun> runs,
        IReadOnlyList<string> missing,
        string folder,
        string device,
        CancellationToken stop
    )
    {
        Check(runs, missing);
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
                Seed = ulong.Parse(run.Run.Manifest!.Settings["seed"], CultureInfo.InvariantCulture),
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

    private static void Check(IReadOnlyList<ChainedRun> runs, IReadOnlyList<string> missing)
    {
        if (missing.Count > 0)
        {
            throw new ModelGenException($"'{missing[0]}' is no longer there, so that what came after it cannot be made again.");
        }

        foreach (var run in runs)
        {
            if (run.Run.State is not (RunState.Finished or RunState.StoppedEarly))
            {
                throw new ModelGenException($"'{run.Run.Folder}' is {RunWords.State(run.Run)}; only finished runs are made again.");
            }

            if (run.Spec is not { IsSound: true })
            {
                throw new ModelGenException(
                    run.Spec is null
                        ? $"The run in '{run.Run.Folder}' has no spec of its model, which a program defines; use that program."
                        : $"The spec of the run in '{run.Run.Folder}' has mistakes for this version of ModelGen:\n"
                            + string.Join('\n', run.Spec.Diagnostics)
                );
            }
        }
    }
}
