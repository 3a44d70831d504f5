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
        var device = RunOption.Device();
        var command = new Command(
            "evaluate",
            "Measures the newest checkpoint of a run as at the end of its training, and writes evaluation.json anew."
        )
        {
            folder,
            data,
            device,
        };
        command.SetAction(
            (parsed, stop) =>
            {
                var path = parsed.GetValue(folder)!;
                var run = TrainedRun.Open(path, [], parsed.GetValue(data));
                return Task.FromResult(
                    run.Run.Evaluate(
                        new RunSettings
                        {
                            Folder = path,
                            Device = parsed.GetValue(device)!,
                            Spec = run.Spec.Model.Path,
                        },
                        stop
                    )
                        ? ConsoleProgram.Done
                        : ConsoleProgram.Stopped
                );
            }
        );
        return command;
    }
}
