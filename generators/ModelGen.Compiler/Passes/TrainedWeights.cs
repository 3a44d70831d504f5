using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Passes;

/// <summary>Which weights of a model a training changes, and what it adds to them.</summary>
/// <param name="IsTrained">Whether it changes a weight, by its name in the model's state.</param>
/// <param name="Added">What it adds to the layer that holds a weight, by the same name.</param>
internal sealed record TrainedWeights(Func<string, bool> IsTrained, Func<string, IReadOnlyList<StateEntry>> Added)
{
    /// <summary>All weights, and nothing besides.</summary>
    public static readonly TrainedWeights All = new(static _ => true, static _ => []);

    /// <summary>Whether a weight, by its name, is kept as int8.</summary>
    public Func<string, bool> IsQuantised { get; init; } = static _ => false;

    /// <summary>What the learning rate of a weight, by its name, is multiplied by.</summary>
    public Func<string, double> Rate { get; init; } = static _ => 1;

    /// <summary>After how much of the training a weight, by its name, begins to learn; null from the beginning.</summary>
    public Func<string, Duration?> Start { get; init; } = static _ => null;

    /// <summary>How many numbers are trained.</summary>
    public long CountIn(ModelGraph model) =>
        model
            .Root.Parts.SelectMany(static part => part.Parameters())
            .SelectMany(each => Of(each.Name, each.Entry))
            .Sum(static entry => entry.Count);

    /// <summary>The parameters that are trained for one of the model's own.</summary>
    public IEnumerable<StateEntry> Of(string name, StateEntry entry) =>
        (IsTrained(name) ? [entry] : Array.Empty<StateEntry>()).Concat(Added(name));
}
