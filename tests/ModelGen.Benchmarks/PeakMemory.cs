using System.Diagnostics;
using System.Globalization;
using ModelGen.Native;

namespace ModelGen.Benchmarks;

/// <summary>A measure of how much resident memory something takes at its peak, each side in processes of its own.</summary>
internal abstract class PeakMemory : Benchmark
{
    /// <summary>The argument by which this program starts itself to measure one side; the measure's name and the side follow.</summary>
    public const string ChildArgument = "--peak-memory-of";

    private const string Ours = "ours";
    private const string Baseline = "baseline";

    public override Comparison Run()
    {
        var pairs = Enumerable.Range(0, 3).Select(_ => (InChild(Ours), InChild(Baseline))).ToList();
        return new Comparison(pairs, static bytes => Comparison.Number(bytes / (1 << 20), "MiB"));
    }

    /// <summary>Runs one side and prints how many bytes it took.</summary>
    /// <returns>The exit code.</returns>
    public int RunChild(string side)
    {
        if (side is not (Ours or Baseline))
        {
            Console.Error.WriteLine($"There is no side '{side}'; there are '{Ours}' and '{Baseline}'.");
            return 2;
        }

        Libtorch.Load();
        using var process = Process.GetCurrentProcess();
        long before = 0;
        Run(side == Ours, () =>
        {
            process.Refresh();
            before = process.WorkingSet64;
        });
        process.Refresh();
        if (process.PeakWorkingSet64 <= before)
        {
            Console.Error.WriteLine("This system does not tell how much memory a process held at its peak.");
            return 1;
        }

        Console.WriteLine(process.PeakWorkingSet64 - before);
        return 0;
    }

    /// <summary>Runs one side in this process, which has run nothing else.</summary>
    /// <param name="ours">Whether it is our side.</param>
    /// <param name="begin">To be called once all is there that does not count.</param>
    protected abstract void Run(bool ours, Action begin);

    private double InChild(string side)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(PeakMemory).Assembly.Location);
        }

        foreach (var argument in new[] { ChildArgument, Name, side })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new ModelGenException(
                $"Measuring the memory of '{side}' in a process of its own ended with exit code {process.ExitCode}."
            );
    }
}
