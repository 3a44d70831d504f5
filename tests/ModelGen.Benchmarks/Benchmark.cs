namespace ModelGen.Benchmarks;

/// <summary>Something of ours that is measured against a baseline.</summary>
internal abstract class Benchmark
{
    /// <summary>What to ask for on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, and against what.</summary>
    public abstract string Sentence { get; }

    /// <summary>Whether it takes so long that it runs only when asked for by name.</summary>
    public virtual bool TakesMinutes => false;

    /// <summary>Measures both sides.</summary>
    /// <returns>The result.</returns>
    public abstract Comparison Run();
}
