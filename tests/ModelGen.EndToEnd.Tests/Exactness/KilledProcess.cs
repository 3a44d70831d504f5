using System.Diagnostics;
using System.Globalization;
using ModelGen.Training;

namespace ModelGen.EndToEnd.Tests.Exactness;

/// <summary>A run in a process of its own, so that it can be killed: this assembly as a program.</summary>
internal static class KilledProcess
{
    private const string Resume = "resume";

    /// <summary>
    /// The program: MODEL FOLDER, and "resume" to go on with the run there. It prints a line for each step and each checkpoint. Or what
    /// <see cref="Convolutions.SpecProcess"/> has it do.
    /// </summary>
    public static int Main(string[] arguments)
    {
        if (arguments is [Convolutions.SpecProcess.Word, var yaml, var threads])
        {
            return Convolutions.SpecProcess.Train(yaml, int.Parse(threads, CultureInfo.InvariantCulture));
        }

        if (arguments is [Training.MeasuredProcess.Word, var measured, var batch])
        {
            return Training.MeasuredProcess.Train(measured, int.Parse(batch, CultureInfo.InvariantCulture));
        }

        SmallRun.Train(arguments[0], arguments[1], arguments.Contains(Resume), new Printer());
        return 0;
    }

    /// <summary>Goes on with a run, or begins it where it has no checkpoint yet, and kills it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="lines">How many lines to let it print first; null for as many as it has.</param>
    /// <param name="milliseconds">How long to wait after the last of them.</param>
    /// <returns>Whether it was killed; false where it came to its end.</returns>
    public static bool Run(string model, string folder, int? lines, int milliseconds)
    {
        var hasCheckpoint =
            Directory.Exists(Path.Combine(folder, SmallRun.Checkpoints))
            && Directory.EnumerateFiles(Path.Combine(folder, SmallRun.Checkpoints), "step-*.safetensors").Any();
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(KilledProcess).Assembly.Location, model, folder, .. hasCheckpoint ? [Resume] : Array.Empty<string>()]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        for (var read = 0; read != lines && process.StandardOutput.ReadLine() is not null; read++) { }

        if (lines is null || process.WaitForExit(milliseconds))
        {
            process.WaitForExit();
            Assert.Equal(("", 0), (error.Result, process.ExitCode));
            return false;
        }

        // On Unix this is SIGKILL, which no process can answer.
        process.Kill();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode != 0;
    }

    private sealed class Printer : TrainingObserver
    {
        public override void OnStep(StepReport report) => Console.WriteLine($"step {report.Step}");

        public override void OnCheckpoint(CheckpointReport report) => Console.WriteLine($"saved {report.Step}");
    }
}
