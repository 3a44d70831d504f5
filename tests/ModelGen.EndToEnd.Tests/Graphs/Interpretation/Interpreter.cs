using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>
/// A second back end, which computes a graph at once and in double: it knows the graph, the names in state dictionaries and what the
/// operations' summaries say, and nothing of the C# that is generated. Models are in evaluation mode.
/// </summary>
/// <param name="state">The parameters and buffers by their names in state dictionaries.</param>
/// <param name="batch">How many samples there are.</param>
/// <param name="lengths">The lengths that symbols stand for.</param>
internal sealed class Interpreter(IReadOnlyDictionary<string, Grid> state, long batch, IReadOnlyDictionary<string, long> lengths)
{
    private HashSet<Type> _interpreted = [];

    /// <summary>The operations met so far, by their classes.</summary>
    public IReadOnlySet<Type> Interpreted => _interpreted;

    /// <summary>What a module class gives.</summary>
    /// <param name="graph">The class.</param>
    /// <param name="inputs">All that it takes, in order, each with the batch as its first axis.</param>
    /// <param name="path">What the names of its parts begin with: nothing, or the part that holds the class and a dot.</param>
    /// <returns>All that it gives, in order.</returns>
    public IReadOnlyList<Grid> Run(ModuleGraph graph, IReadOnlyList<Grid> inputs, string path = "")
    {
        var values = new Dictionary<Value, Grid>();
        foreach (var (value, input) in graph.Inputs.Zip(inputs))
        {
            Keep(value, input);
        }

        foreach (var operation in graph.Operations)
        {
            _interpreted.Add(operation.Op.GetType());
            Grid[] operands =
            [
                .. operation.Operands.Select(operand => operand is Value value ? values[value] : state[path + Name((Weight)operand)]),
            ];
            IReadOnlyList<Grid> results = operation switch
            {
                { Callee: { } callee } => Run(callee.Graph, operands, $"{path}{Name(callee)}."),
                { Op: MixtureOfExperts op, Experts: { } experts } =>
                [
                    Mixtures.Mix(op, operands[0], operands[1], (expert, vector) =>
                        Alone().Run(experts.Elements[expert], [vector], $"{path}{experts.Name}.{expert}.")[0]
                    ),
                ],
                _ => Meanings.All.Compute(operation.Op, operands),
            };
            foreach (var (value, result) in operation.Outputs.Zip(results))
            {
                Keep(value, result);
            }
        }

        return [.. graph.Outputs.Select(output => values[output])];

        void Keep(Value value, Grid grid)
        {
            var shape = value.Shape.Axes.Select(axis => axis.Evaluate(lengths));
            Assert.Equal(value.HasBatch ? shape.Prepend(batch) : shape, grid.Shape);
            values.Add(value, grid);
        }
    }

    // An expert's batch is vectors of any samples, here one at a time.
    private Interpreter Alone() => new(state, batch: 1, lengths) { _interpreted = _interpreted };

    private static string Name(Weight weight) => string.Join('.', weight.Path.Select(static part => part.Name).Append(weight.Entry.Name));

    private static string Name(Callee callee) =>
        callee.Part.IsList ? FormattableString.Invariant($"{callee.Part.Name}.{callee.Index}") : callee.Part.Name;
}
