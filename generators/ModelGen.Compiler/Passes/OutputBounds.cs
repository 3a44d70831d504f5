using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Passes;

/// <summary>The values that the output of a class can have, and the layer that bounds them.</summary>
/// <param name="Bounds">The values.</param>
/// <param name="Label">The layer, as messages name it; empty where nothing bounds them.</param>
/// <param name="Origin">The layer.</param>
internal sealed record OutputBounds(Interval Bounds, string Label, int Origin)
{
    private static readonly OutputBounds None = new(Interval.Any, "", GraphError.Model);

    /// <summary>Whether there is a bound on at least one side.</summary>
    public bool IsBounded => Bounds != Interval.Any;

    /// <summary>The values in words: "values from 0 to 1".</summary>
    public string Description => Words(Bounds);

    /// <summary>Bounds in words.</summary>
    public static string Words(Interval bounds) =>
        double.IsInfinity(bounds.Low) ? $"values of at most {Text.NumberText.Of(bounds.High)}"
        : double.IsInfinity(bounds.High) ? $"values of at least {Text.NumberText.Of(bounds.Low)}"
        : $"values from {Text.NumberText.Of(bounds.Low)} to {Text.NumberText.Of(bounds.High)}";

    /// <summary>The bounds of a class's output, whatever comes in.</summary>
    public static OutputBounds Of(ModuleGraph graph)
    {
        var known = new Dictionary<Value, OutputBounds>();
        foreach (var operation in graph.Operations)
        {
            var input = operation.Inputs.FirstOrDefault() is { } first && known.TryGetValue(first, out var before) ? before : None;
            known[operation.Output] = operation.Callee is { } callee ? Of(callee.Graph) : After(operation, input, graph);
        }

        return known.TryGetValue(graph.Output, out var found) ? found : None;
    }

    private static OutputBounds After(Operation operation, OutputBounds input, ModuleGraph graph)
    {
        var bounds = operation.Op.Bounds(input.Bounds);
        return bounds == Interval.Any ? None
            : bounds == input.Bounds ? input
            : new OutputBounds(bounds, graph.Labels[operation.Origin], operation.Origin);
    }
}
