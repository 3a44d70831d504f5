namespace ModelGen.Benchmarks.Commands;

/// <summary>What someone waits for who checks one file.</summary>
internal sealed class CheckSpec : Benchmark
{
    public override string Name => "check-one-spec";

    public override string Sentence =>
        "'modelgen check FILE', installed from its package, from the start of the process to its end, against 'dotnet --version'.";

    // The package is made first.
    public override bool TakesMinutes => true;

    public override Comparison Run()
    {
        using var command = new InstalledCommand();
        return Comparison.Time(() => command.Run("check", InstalledCommand.Spec), command.Baseline, warmUps: 2, pairs: 10);
    }
}
