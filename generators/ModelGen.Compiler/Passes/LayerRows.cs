using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Passes;

/// <summary>The layers of a model with what each costs, as the table in its documentation and that of a plan show them.</summary>
internal static class LayerRows
{
    /// <summary>The rows in order.</summary>
    /// <param name="model">The model, after all passes that change it.</param>
    /// <param name="trained">Which weights are trained; null for all.</param>
    public static IReadOnlyList<LayerCost> Of(ModelGraph model, TrainedWeights? trained = null)
    {
        var rows = new List<LayerCost>();
        Add(rows, model.Root, 0, 1, [""], model, trained ?? TrainedWeights.All);
        return rows;
    }

    // The prefixes are those of the names of all occurrences of the class.
    private static void Add(
        List<LayerCost> rows,
        ModuleGraph graph,
        int depth,
        long times,
        IReadOnlyList<string> prefixes,
        ModelGraph model,
        TrainedWeights trained
    )
    {
        var layers = graph.Operations.ToLookup(static operation => operation.Origin);
        foreach (var row in graph.Rows)
        {
            var cost = row.Inner?.MultiplyAdds ?? row.MultiplyAdds;

            // The roles of a model have one origin together.
            var parts = graph
                .Parts.Where(part =>
                    part.Origin == row.Origin && (row.Origin != GraphError.Model || part.Name == WordRules.StateName(row.Label))
                )
                .ToList();
            rows.Add(
                new LayerCost(
                    row.Label,
                    depth + row.Depth,
                    row.Times,
                    row.Output,
                    times * row.Parameters,
                    checked(times * row.Times * cost.Evaluate(model.Data.Longest)),
                    row.Inner is null ? MixedPrecision.Of(layers[row.Origin], model.Precision) : null,
                    row.Inner is null ? parts.Sum(Trained) : null
                )
                {
                    Rates = row.Inner is null ? [.. OfTrained(trained.Rate)] : [],
                    Starts = row.Inner is null ? [.. OfTrained(trained.Start)] : [],
                }
            );
            if (row.Inner is { } inner)
            {
                var below = parts.SelectMany(part =>
                    part.Elements.Select((_, index) => part.ElementName(index))
                        .SelectMany(name => prefixes.Select(prefix => $"{prefix}{name}."))
                );
                Add(rows, inner, depth + row.Depth + 1, times * row.Times, [.. below], model, trained);
            }

            IEnumerable<T> OfTrained<T>(Func<string, T> of) =>
                parts
                    .SelectMany(part => part.Parameters())
                    .SelectMany(each => prefixes.Select(prefix => (Name: prefix + each.Name, each.Entry)))
                    .Where(each => trained.Of(each.Name, each.Entry).Any())
                    .Select(each => of(each.Name))
                    .Distinct();
        }

        long Trained(Part part) =>
            prefixes.Sum(prefix =>
                part.Parameters().SelectMany(each => trained.Of(prefix + each.Name, each.Entry)).Sum(static entry => entry.Count)
            );
    }
}

/// <summary>A layer with what it costs.</summary>
/// <param name="Label">Its word.</param>
/// <param name="Depth">How many others enclose it.</param>
/// <param name="Times">How many times in succession it occurs there.</param>
/// <param name="Output">The shape of its result.</param>
/// <param name="Parameters">The parameters of all its occurrences.</param>
/// <param name="MultiplyAdds">Their multiply-adds for one sample of the longest length.</param>
/// <param name="Precision">The precision that it works in, as a spec names it; null where the rows of the layers inside it follow.</param>
/// <param name="Trained">How many numbers are trained in it; null where the rows of the layers inside it follow.</param>
internal sealed record LayerCost(
    string Label,
    int Depth,
    int Times,
    Shape Output,
    long Parameters,
    long MultiplyAdds,
    string? Precision,
    long? Trained
)
{
    /// <summary>What the learning rates of its trained weights are multiplied by, each once.</summary>
    public IReadOnlyList<double> Rates { get; init; } = [];

    /// <summary>After how much of the training they begin to learn, each once; null from the beginning.</summary>
    public IReadOnlyList<Duration?> Starts { get; init; } = [];
}
