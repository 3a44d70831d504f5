using System.CommandLine;
using ModelGen.Cli.Compilation;
using ModelGen.Cli.Specs;
using ModelGen.Runs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen evaluate</c>: measures a trained model.</summary>
internal static class EvaluateVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var folder = RunOption.Folder();
        var data = RunOption.Data();
        var output = new Option<string?>("--out")
        {
            Description = $"the folder for what is measured (the run's; with --data, {RunFiles.Evaluations}/NAME in it)",
            HelpName = "FOLDER",
        };
        var device = RunOption.Device();
        var command = new Command(
            "evaluate",
            "Measures the newest checkpoint of a run as at the end of its training, and writes evaluation.json anew."
        )
        {
            folder,
            data,
            output,
            device,
        };
        command.SetAction(
            (parsed, stop) =>
            {
                var path = parsed.GetValue(folder)!;
                var other = parsed.GetValue(data);
                var run = TrainedRun.Open(path, [], RunOption.Recognise(other));
                return Task.FromResult(
                    run.Run.Evaluate(
                        new RunSettings
                        {
                            Folder = path,
                            Device = parsed.GetValue(device)!,
                            Spec = run.Spec.Model.Path,
                        },
                        parsed.GetValue(output) ?? (other is null ? null : OfOther(path, other)),
                        stop
                    )
                        ? ConsoleProgram.Done
                        : ConsoleProgram.Stopped
                );
            }
        );
        return command;
    }

    // What was measured on the run's own data stays as it is.
    private static string OfOther(string run, string data) =>
        Path.Combine(run, RunFiles.Evaluations, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(data))));
}
