namespace ModelGen.Compiler.Graph;

/// <summary>
/// What the forward of one sample leaves in memory for backward: estimated as all that operations give, views apart. Of parts that backward computes again their
/// results are left, and while it does so the activations of the largest of them.
/// </summary>
internal static class Activations
{
    /// <summary>The bytes of a complete model's class; of one that only holds roles, those of each role.</summary>
    /// <param name="graph">The class.</param>
    /// <param name="lengths">The lengths that symbols stand for.</param>
    public static long Bytes(ModuleGraph graph, IReadOnlyDictionary<string, long> lengths)
    {
        if (graph.Operations.Count == 0)
        {
            return graph.Submodules.SelectMany(submodule => submodule.Elements).Sum(element => Bytes(element, lengths));
        }

        var again = 0L;
        var kept = 0L;
        foreach (var operation in graph.Operations)
        {
            if (operation.Callee is { } callee && operation.Recomputing is null)
            {
                kept = checked(kept + Bytes(callee, lengths));
            }
            else if (operation.Arithmetic != Arithmetic.View && operation.Output.HasBatch)
            {
                kept = checked(kept + Bytes(operation.Output, lengths));
            }

            if (operation.Recomputing is not null)
            {
                again = Math.Max(again, Bytes(operation.Callee!, lengths));
            }
        }

        return checked(kept + again);
    }

    private static long Bytes(Value value, IReadOnlyDictionary<string, long> lengths)
    {
        var width = value.Type == ElementType.TokenId ? sizeof(long) : value.Precision == Precision.Full ? sizeof(float) : sizeof(short);
        return checked(value.Parts * value.Shape.Count.Evaluate(lengths) * width);
    }
}
