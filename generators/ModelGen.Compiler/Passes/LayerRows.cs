using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Passes;

/// <summary>The layers of a model with what each costs, as the table in its documentation and that of a plan show them.</summary>
internal static class LayerRows
{
    /// <summary>The rows in order.</summary>
    /// <param name="model">The model, after all passes that change it.</param>
    public static IReadOnlyList<LayerCost> Of(ModelGraph model)
    {
        var rows = new List<LayerCost>();
        Add(rows, model.Root, 0, 1, model);
        return rows;
    }

    private static void Add(List<LayerCost> rows, ModuleGraph graph, int depth, long times, ModelGraph model)
    {
        var layers = graph.Operations.ToLookup(static operation => operation.Origin);
        foreach (var row in graph.Rows)
        {
            var cost = row.Inner?.MultiplyAdds ?? row.MultiplyAdds;
            rows.Add(
                new LayerCost(
                    row.Label,
                    depth + row.Depth,
                    row.Times,
                    row.Output,
                    times * row.Parameters,
                    checked(times * row.Times * cost.Evaluate(model.Data.Longest)),
                    row.Inner is null ? MixedPrecision.Of(layers[row.Origin], model.Precision) : null
                )
            );
            if (row.Inner is { } inner)
            {
                Add(rows, inner, depth + row.Depth + 1, times * row.Times, model);
            }
        }
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
internal sealed record LayerCost(string Label, int Depth, int Times, Shape Output, long Parameters, long MultiplyAdds, string? Precision);
