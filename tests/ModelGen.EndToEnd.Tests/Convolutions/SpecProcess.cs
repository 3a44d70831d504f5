using System.Diagnostics;
using System.Globalization;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Convolutions;

/// <summary>
/// A spec trained on random pictures in a process of its own, this assembly as a program: what libtorch itself writes to the terminal cannot
/// be seen from within a process.
/// </summary>
internal static class SpecProcess
{
    /// <summary>The program's first argument.</summary>
    public const string Word = "spec";

    private const int Side = 8,
        Count = 40;

    /// <summary>Trains a spec of pictures of 8 × 8 and prints its last loss.</summary>
    public static int Train(string yaml, int threads)
    {
        set_num_threads(threads);
        var random = new Random(1);
        var pictures = new byte[Count * Side * Side];
        random.NextBytes(pictures);
        var compiled = SpecAssembly.Compile(yaml);
        using var model = compiled.Create<SampleModel>();
        using var data = SampleDataset.Create(new ImageCollection(pictures, 1, Side, Side), test: null, 0.2);
        using var trainer = new Trainer(model.CreateObjective(data), compiled.Training!, seed: 1);
        var result = trainer.Run();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"finished at step {result.Step}: {result.TrainLoss}"));
        return 0;
    }

    /// <summary>Runs the program.</summary>
    /// <param name="yaml">The spec.</param>
    /// <param name="threads">libtorch's threads.</param>
    /// <param name="convolutions">Who computes convolutions; null where ModelGen chooses.</param>
    public static (int ExitCode, string Output, string Error) Run(string yaml, int threads, string? convolutions = null)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(SpecProcess).Assembly.Location, Word, yaml, threads.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ModelGen.Native.Convolutions.ConvolutionKernels.Variable] = convolutions;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
