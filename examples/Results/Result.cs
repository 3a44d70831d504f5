using ModelGen.Runs;

namespace ModelGen.Examples.Results;

/// <summary>A result that the program reproduces.</summary>
internal abstract class Result
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Word { get; }

    /// <summary>What it is.</summary>
    public abstract string Summary { get; }

    /// <summary>The file that defines the model, next to the program.</summary>
    public abstract string Spec { get; }

    /// <summary>What its loss is counted in.</summary>
    public virtual string Unit => "nats per token";

    /// <summary>What it learns from, where that is published and has to be given; null where the program makes it.</summary>
    public virtual string? DataName => null;

    /// <summary>Trains and measures.</summary>
    /// <param name="session">The run.</param>
    /// <param name="options">The options of the command line.</param>
    /// <param name="stop">Stops the run.</param>
    /// <returns>False if it was stopped early.</returns>
    public abstract bool Run(RunSession session, RunOptions options, CancellationToken stop);
}
