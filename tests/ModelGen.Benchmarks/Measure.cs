namespace ModelGen.Benchmarks;

/// <summary>Something of ours that is measured against a baseline.</summary>
internal abstract class Measure
{
    /// <summary>What to ask for on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, and against what.</summary>
    public abstract string Sentence { get; }

    /// <summary>Measures both sides.</summary>
    /// <returns>The result.</returns>
    public abstract Comparison Run();
}
