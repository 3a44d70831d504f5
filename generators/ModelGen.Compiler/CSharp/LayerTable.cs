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
        IReadOnlyList<string[]> rows =
        [
            ["layer", "output", "parameters", "multiply-adds", "precision"],
            .. LayerRows.Of(model).Select(Cells),
            [
                "total",
                model.Root.Output.Shape.ToString(),
                Number(model.Root.ParameterCount),
                Number(model.Root.MultiplyAdds.Evaluate(model.Data.Longest)),
                "",
            ],
        ];
        var widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row =>
            $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}  "
            + $"{row[3].PadLeft(widths[3])}{(model.Precision == Precision.Full ? "" : "  " + row[4])}"
        );
    }

    private static string[] Cells(LayerCost row) =>
        [
            new string(' ', 2 * row.Depth) + row.Label + (row.Times > 1 ? $" × {ModuleWriter.Count(row.Times)}" : ""),
            row.Output.ToString(),
            Number(row.Parameters),
            Number(row.MultiplyAdds),
            row.Precision ?? "",
        ];

    private static string Number(long count) => count == 0 ? "" : ModuleWriter.Count(count);
}
