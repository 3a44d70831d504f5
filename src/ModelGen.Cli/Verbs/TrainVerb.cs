using System.CommandLine;
using ModelGen.Cli.Compilation;
using ModelGen.Cli.Data;
using ModelGen.Cli.Specs;
using ModelGen.Runs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen train</c>: trains a model without a project.</summary>
internal static class TrainVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a model or a recipe; with --resume, the folder of a run also" };
        var data = RunOption.Data();
        var folder = new Option<string?>("--out")
        {
            Description = "where the run is kept (runs/FILE); an earlier run there is moved to earlier-N/ inside it",
            HelpName = "FOLDER",
        };
        var set = RunOption.Set("training.batch=32, 'training.duration=2 epochs', let.width=256");
        var seed = RunOption.Seed("the seed of weights, batches and samples (1); the same seed gives the same run");
        var device = RunOption.Device();
        var resume = new Option<bool>("--resume") { Description = "go on with the run from its last checkpoint" };
        var noEvaluation = new Option<bool>("--no-evaluation")
        {
            Description = "do not measure the trained model; --resume without this does, and so does 'modelgen evaluate'",
        };
        var find = new Option<bool>("--find-learning-rate")
        {
            Description = "instead of training, try rising learning rates for 200 steps and suggest one; the curve goes to --out",
        };
        var command = new Command(
            "train",
            """
            Trains a model, without a project: the spec is compiled in this process.

            Ctrl-C finishes the step, saves a checkpoint for --resume and ends with exit code 130; a second Ctrl-C ends at once.
            """
        )
        {
            file,
            data,
            folder,
            set,
            seed,
            device,
            resume,
            noEvaluation,
            find,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(resume) && result.GetValue(find))
            {
                result.AddError($"{find.Name} trains nothing that could be resumed; leave {resume.Name} out.");
            }
        });
        command.SetAction(
            (parsed, stop) =>
            {
                var path = parsed.GetValue(file)!;
                var isResumed = parsed.GetValue(resume);
                var ofRun = isResumed && Directory.Exists(path);
                var settings = parsed.GetValue(set)!;
                var recognised = RunOption.Recognise(parsed.GetValue(data));
                var spec = ofRun ? RunSpec.OfRun(path, settings, recognised) : RunSpec.Compile(path, settings, recognised);
                spec.Tell();
                if (spec.HasIdleKey && settings.Length > 0)
                {
                    Console.Error.WriteLine($"'{set.Name} KEY={Setting.Nothing}' takes out a key that has no effect beside what is set.");
                }

                return Task.FromResult(
                    spec.IsSound
                        ? Train(
                            spec,
                            recognised,
                            new RunSettings
                            {
                                Folder = parsed.GetValue(folder) ?? (ofRun ? path : Path.Combine("runs", spec.Name)),
                                Seed = parsed.GetValue(seed) ?? (ofRun ? TrainedRun.SeedOf(path) : 1),
                                Device = parsed.GetValue(device)!,
                                IsResumed = isResumed,
                                IsEvaluated = !parsed.GetValue(noEvaluation),
                                Spec = spec.Model.Path,
                            },
                            parsed.GetValue(find),
                            stop
                        )
                        : ConsoleProgram.CannotGoOn
                );
            }
        );
        return command;
    }

    private static int Train(RunSpec spec, RecognisedData? data, RunSettings settings, bool findsLearningRate, CancellationToken stop)
    {
        var run = RunAssembly.Load(spec).Run;

        if (data is not null)
        {
            Console.WriteLine($"data: {data.What} in {data.Path}");
        }

        using var copies = new SpecCopies(spec);
        if (findsLearningRate)
        {
            run.FindLearningRate(copies.For(settings), stop: stop);
            return ConsoleProgram.Done;
        }

        return run.Execute(copies.For(settings), stop) ? ConsoleProgram.Done : ConsoleProgram.Stopped;
    }
}
