using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Passes;

/// <summary>
/// Estimates the memory that the forward of one sample keeps for backward: the results of all operations except views. Recomputed parts
/// keep only their results, plus the activations of the largest of them while backward recomputes it.
/// </summary>
internal static class Activations
{
    /// <summary>The bytes of a complete model's class; for one that only holds roles, the sum over all roles.</summary>
    /// <param name="graph">The class.</param>
    /// <param name="lengths">The lengths that symbols stand for.</param>
    public static long Bytes(ModuleGraph graph, IReadOnlyDictionary<string, long> lengths) => Bytes(graph, lengths, []);

    private static long Bytes(ModuleGraph graph, IReadOnlyDictionary<string, long> lengths, Dictionary<ModuleGraph, long> known)
    {
        if (known.TryGetValue(graph, out var bytes))
        {
            return bytes;
        }

        if (graph.Operations.Count == 0)
        {
            return graph.Parts.SelectMany(static part => part.Elements).Sum(element => Bytes(element, lengths, known));
        }

        var again = 0L;
        var kept = 0L;
        foreach (var operation in graph.Operations)
        {
            var called = operation.Callee is { } callee ? Bytes(callee.Graph, lengths, known) : 0;
            if (operation.Op is Call { IsRecomputed: false })
            {
                kept = checked(kept + called);
            }
            else if (operation.Op.NumericClass != NumericClass.View && operation.Output.HasBatch)
            {
                kept = checked(kept + operation.Outputs.Sum(output => Bytes(output, lengths)));
            }

            if (operation is { Op: MixtureOfExperts mixture, Experts: { } experts })
            {
                // Besides what an expert keeps, its input and its result in the order of the experts.
                var (x, expert) = (operation.Inputs.First().Shape, experts.Elements[0]);
                var vectors = checked(mixture.TopK * MixtureOfExperts.Vectors(x).Count.Evaluate(lengths));
                var each = Bytes(expert, lengths, known) + Bytes(expert.Input, lengths) + Bytes(expert.Output, lengths);
                kept = checked(kept + (vectors * each));
            }

            if (operation.Op is Call { IsRecomputed: true })
            {
                again = Math.Max(again, called);
            }
        }

        return known[graph] = checked(kept + again);
    }

    private static long Bytes(Value value, IReadOnlyDictionary<string, long> lengths)
    {
        var width =
            value.Type != ElementType.Number ? sizeof(long)
            : value.Precision == Precision.Full ? sizeof(float)
            : sizeof(short);
        return checked(value.Shape.Count.Evaluate(lengths) * width);
    }
}
