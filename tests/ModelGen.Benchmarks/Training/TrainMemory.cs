using System.Diagnostics;
using System.Globalization;
using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>How much memory training takes.</summary>
internal sealed class TrainMemory : Measure
{
    /// <summary>The argument by which this program starts itself to measure one side; the side follows.</summary>
    public const string ChildArgument = "--train-memory-of";

    private const string Ours = "ours";
    private const string Baseline = "baseline";
    private const int Steps = 100;

    public override string Name => "train-memory-gpt";

    public override string Sentence =>
        $"the peak of resident memory over {Steps} training steps, above what the process had before it made the model (weights, gradients, optimizer, activations, and garbage that waits for its collector), of the two sides of train-step-gpt-float32, each in fresh processes.";

    public override Comparison Run()
    {
        var pairs = Enumerable.Range(0, 3).Select(static _ => (InChild(Ours), InChild(Baseline))).ToList();
        return new Comparison(pairs, static bytes => Comparison.Number(bytes / (1 << 20), "MiB"));
    }

    /// <summary>Trains one side and prints how many bytes it took.</summary>
    /// <returns>The exit code.</returns>
    public static int RunChild(string side)
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed);
        using var data = BenchmarkText.Tokens();
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        switch (side)
        {
            case Ours:
                using (var training = new GeneratedTraining(data))
                    Train(training.Step);
                break;
            case Baseline:
                using (var training = new IdiomaticTraining(data))
                    Train(training.Step);
                break;
            default:
                Console.Error.WriteLine($"There is no side '{side}'; there are '{Ours}' and '{Baseline}'.");
                return 2;
        }

        process.Refresh();
        if (process.PeakWorkingSet64 <= before)
        {
            Console.Error.WriteLine("This system does not tell how much memory a process held at its peak.");
            return 1;
        }

        Console.WriteLine(process.PeakWorkingSet64 - before);
        return 0;
    }

    private static void Train(Action step)
    {
        for (var i = 0; i < Steps; i++)
            step();
    }

    private static double InChild(string side)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(TrainMemory).Assembly.Location);
        start.ArgumentList.Add(ChildArgument);
        start.ArgumentList.Add(side);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new ModelGenException($"Measuring the memory of '{side}' in a process of its own ended with exit code {process.ExitCode}.");
    }
}
