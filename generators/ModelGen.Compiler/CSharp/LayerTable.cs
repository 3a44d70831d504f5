using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp;

/// <summary>The layer table in a model's documentation.</summary>
internal static class LayerTable
{
    /// <summary>
    /// The lines of the table: each layer's output, parameters and multiply-adds, its precision where the model's is not float32, and the
    /// totals.
    /// </summary>
    public static IEnumerable<string> Lines(ModelGraph model)
    {
        var symbols = model.Data.Longest;
        var rows = new List<string[]> { new[] { "layer", "output", "parameters", "multiply-adds", "precision" } };
        Add(rows, model.Root, 0, 1, symbols, model.Precision);
        rows.Add([
            "total",
            model.Root.Output.Shape.ToString(),
            Parameters(model.Root.ParameterCount),
            Costs(model.Root.MultiplyAdds, 1, symbols),
            "",
        ]);
        var widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row =>
            $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}  "
            + $"{row[3].PadLeft(widths[3])}{(model.Precision == Precision.Full ? "" : "  " + row[4])}"
        );
    }

    private static void Add(
        List<string[]> rows,
        ModuleGraph graph,
        int depth,
        long times,
        IReadOnlyDictionary<string, long> symbols,
        string precision
    )
    {
        var layers = graph.Operations.ToLookup(static operation => operation.Origin);
        foreach (var row in graph.Rows)
        {
            var label = new string(' ', 2 * (depth + row.Depth)) + row.Label + (row.Times > 1 ? $" × {ModuleWriter.Count(row.Times)}" : "");
            var cost = row.Inner?.MultiplyAdds ?? row.MultiplyAdds;
            rows.Add([
                label,
                row.Output.ToString(),
                Parameters(times * row.Parameters),
                Costs(cost, times * row.Times, symbols),
                row.Inner is null ? MixedPrecision.Of(layers[row.Origin], precision) : "",
            ]);
            if (row.Inner is { } inner)
            {
                Add(rows, inner, depth + row.Depth + 1, times * row.Times, symbols, precision);
            }
        }
    }

    private static string Parameters(long count) => count == 0 ? "" : ModuleWriter.Count(count);

    private static string Costs(Dim cost, long times, IReadOnlyDictionary<string, long> symbols)
    {
        var value = checked(times * cost.Evaluate(symbols));
        return value == 0 ? "" : ModuleWriter.Count(value);
    }
}
