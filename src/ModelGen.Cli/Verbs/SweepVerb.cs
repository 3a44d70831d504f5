using System.CommandLine;
using ModelGen.Cli.Compilation;
using ModelGen.Cli.Runs;
using ModelGen.Cli.Specs;
using ModelGen.Cli.Sweeps;
using ModelGen.Cli.Tables;
using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Training.Guards;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen sweep</c>: the same model trained in several ways.</summary>
internal static class SweepVerb
{
    private const string Plot = "sweep.png";

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a model or a recipe" };
        var data = RunOption.Data();
        var set = RunOption.Repeated(
            Setting.Option,
            "values of a key, such as training.batch=16,32; with --random also a range, such as training.optimizer.adamw=1e-4..1e-2, in "
                + "which orders of magnitude are equally likely where there are several; can be repeated",
            "KEY=A,B,C",
            SweepAxis.Parse,
            static axis => axis.Key
        );
        var random = RunOption.Number("--random", "draw so many combinations instead of making all", 1, 1000);
        var folder = new Option<string?>("--out")
        {
            Description = "where the runs are kept, each in a folder named by its values (runs/FILE-sweep)",
            HelpName = "FOLDER",
        };
        var seed = RunOption.Seed("the seed of each run and of what is drawn (1)");
        var device = RunOption.Device();
        var command = new Command(
            "sweep",
            """
            Trains a model once for each combination of values, and shows which is best.

            After Ctrl-C the same command goes on where it stopped; runs that are finished are not made again.
            """
        )
        {
            file,
            data,
            set,
            random,
            folder,
            seed,
            device,
        };
        command.SetAction(
            (parsed, stop) =>
            {
                var axes = parsed.GetValue(set)!;
                var drawn = parsed.GetValue(seed) ?? 1;
                var runs = parsed.GetValue(random) is { } count ? SweepRun.Random(axes, count, drawn) : SweepRun.Grid(axes);
                var path = parsed.GetValue(file)!;
                var recognised = RunOption.Recognise(parsed.GetValue(data));
                var specs = runs.Select(run => RunSpec.Compile(path, [.. run.Settings.Select(Setting.Parse)], recognised)).ToList();

                // A mistake in one of the combinations is told before hours are spent on the others.
                foreach (var line in specs.SelectMany(static spec => spec.Diagnostics).Distinct())
                {
                    Console.Error.WriteLine(line);
                }

                if (!specs.TrueForAll(static spec => spec.IsSound))
                {
                    return Task.FromResult(ConsoleProgram.CannotGoOn);
                }

                var sweep = parsed.GetValue(folder) ?? Path.Combine("runs", $"{specs[0].Name}-sweep");
                return Task.FromResult(
                    Execute(
                        [.. runs.Select(static run => run.Name)],
                        specs,
                        new RunSettings
                        {
                            Folder = sweep,
                            Seed = drawn,
                            Device = parsed.GetValue(device)!,
                            IsEvaluated = false,
                            Spec = path,
                        },
                        stop
                    )
                );
            }
        );
        return command;
    }

    private static int Execute(IReadOnlyList<string> names, IReadOnlyList<RunSpec> specs, RunSettings settings, CancellationToken stop)
    {
        var failed = false;
        for (var number = 0; number < specs.Count; number++)
        {
            Console.WriteLine($"run {number + 1} of {specs.Count}: {names[number]}");
            var (spec, folder) = (specs[number], Path.Combine(settings.Folder, names[number]));
            try
            {
                if (!UnfinishedRun.Execute(spec, settings with { Folder = folder }, stop))
                {
                    Console.WriteLine("the same command goes on with the sweep");
                    return ConsoleProgram.Stopped;
                }
            }
            catch (Exception exception) when (Result(exception) is { } result)
            {
                Console.Error.WriteLine($"error: {result.Message}");
                failed = true;
            }

            Console.WriteLine();
        }

        Show(names, settings.Folder);
        return failed ? ConsoleProgram.CannotGoOn : ConsoleProgram.Done;
    }

    // Settings that diverge, or that do not fit into memory, are a result like others.
    private static ModelGenException? Result(Exception exception) =>
        exception as DivergenceException ?? OutOfMemory.Explain(exception, "sweep over smaller batches or models, or use another device");

    // The best first; what has no loss in validation comes last.
    private static void Show(IReadOnlyList<string> names, string folder)
    {
        var runs = names
            .Select(name => (Name: name, Run: RecordedRun.Read(Path.Combine(folder, name))))
            .Where(static each => each.Run is not null)
            .Select(static each => (each.Name, Run: each.Run!, Loss: each.Run!.ValidationLoss?.Points[^1].Value))
            .OrderBy(static each => each.Loss is { } loss && double.IsFinite(loss) ? loss : double.PositiveInfinity)
            .ToList();
        var rows = runs.ConvertAll(static each =>
            (IReadOnlyList<string>)
                [
                    each.Name,
                    each.Loss is { } loss ? NumberText.Of(loss) : TextTable.Missing,
                    RunWords.Steps(each.Run),
                    RunWords.State(each.Run),
                ]
        );
        TableColumn[] columns = [new("run", 0), new("validation loss", 1), new("steps", 3), new("state", 2)];
        foreach (var line in TextTable.Lines(columns, rows, Screen.Output.Columns))
        {
            Console.WriteLine(line);
        }

        var shown = runs.Take(Curves.Most).ToList();
        var plot = new LossPlot([.. shown.Select(static each => each.Run)], [.. shown.Select(static each => each.Name)]);
        if (!plot.IsEmpty)
        {
            var file = Path.Combine(folder, Plot);
            plot.Write(file);
            Console.WriteLine($"The losses{(runs.Count > shown.Count ? $" of the best {shown.Count}" : "")} are plotted in {file}.");
        }
    }
}
