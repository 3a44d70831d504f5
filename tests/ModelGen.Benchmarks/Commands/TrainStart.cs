namespace ModelGen.Benchmarks.Commands;

/// <summary>What someone waits for who starts a training.</summary>
internal sealed class TrainStart : Benchmark
{
    public override string Name => "train-start";

    public override string Sentence =>
        "'modelgen train FILE', installed from its package, from the start of the process to the first line of a step, which tells the loss "
        + "before any training, against 'dotnet --version'.";

    // The package is made first.
    public override bool TakesMinutes => true;

    public override Comparison Run()
    {
        using var command = new InstalledCommand();
        var text = Path.Combine(command.Folder, "text.txt");
        File.WriteAllText(
            text,
            string.Concat(Enumerable.Range(0, 10_000).Select(static number => $"the {number % 37} of {number % 11} is said.\n"))
        );
        var runs = 0;
        return Comparison.Time(
            () =>
            {
                using var process = command.Begin("train", InstalledCommand.Spec, "--data", text, "--out", $"run-{runs++}");
                while (process.StandardOutput.ReadLine()?.StartsWith("step ", StringComparison.Ordinal) == false) { }

                process.Kill();
                process.WaitForExit();
            },
            command.Baseline,
            warmUps: 2,
            pairs: 10
        );
    }
}
