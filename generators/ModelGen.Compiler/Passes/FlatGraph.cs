using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Passes;

/// <summary>
/// A model's operations as one list, as if it had no module classes: each tensor is a number, and what passes a tensor on as it is outside
/// training (dropout, a cast) is left out.
/// </summary>
internal sealed class FlatGraph
{
    private readonly List<FlatOperation> _operations = [];
    private int _count;

    private FlatGraph(ModuleGraph root)
    {
        Inputs = [.. root.Inputs.Select(_ => _count++)];
        Outputs = Add(root, "", Inputs);
        State = [.. root.State().Select(static entry => new FlatWeight(entry.Name, entry))];
    }

    /// <summary>The operations in order.</summary>
    public IReadOnlyList<FlatOperation> Operations => _operations;

    /// <summary>The model's inputs.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>Its outputs.</summary>
    public IReadOnlyList<int> Outputs { get; }

    /// <summary>All its parameters and buffers.</summary>
    public IReadOnlyList<FlatWeight> State { get; }

    /// <summary>Lists the operations of a complete model.</summary>
    public static FlatGraph Of(ModuleGraph root) => new(root);

    private IReadOnlyList<int> Add(ModuleGraph graph, string prefix, IReadOnlyList<int> inputs)
    {
        var numbers = new Dictionary<Value, int>();
        foreach (var (input, number) in graph.Inputs.Zip(inputs, static (input, number) => (input, number)))
        {
            numbers[input] = number;
        }

        foreach (var operation in graph.Operations)
        {
            IReadOnlyList<int> taken = [.. operation.Inputs.Select(input => numbers[input])];
            IReadOnlyList<int> given =
                operation.Callee is { } callee ? Add(callee.Graph, prefix + PrefixOf(callee), taken)
                : operation.Op is Dropout or Cast or Contiguous or Alias ? taken
                : [.. operation.Outputs.Select(_ => _count++)];
            foreach (var (output, number) in operation.Outputs.Zip(given, static (output, number) => (output, number)))
            {
                numbers[output] = number;
            }

            if (operation.Callee is null && given != taken)
            {
                _operations.Add(
                    new FlatOperation(
                        operation.Op,
                        taken,
                        given,
                        [.. operation.Weights.Select(weight => new FlatWeight(prefix + NameOf(weight), weight.Entry))],
                        operation.Origin,
                        graph.Labels[operation.Origin]
                    )
                );
            }
        }

        return [.. graph.Outputs.Select(output => numbers[output])];
    }

    private static string PrefixOf(Callee callee) =>
        callee.Part.IsList ? FormattableString.Invariant($"{callee.Part.Name}.{callee.Index}.") : $"{callee.Part.Name}.";

    private static string NameOf(Weight weight) => string.Join(".", weight.Path.Select(static part => part.Name).Append(weight.Entry.Name));
}

/// <summary>An operation of a <see cref="FlatGraph"/>.</summary>
/// <param name="Op">What it computes.</param>
/// <param name="Inputs">The tensors that it reads.</param>
/// <param name="Outputs">The tensors that it gives.</param>
/// <param name="Weights">The parameters and buffers that it reads.</param>
/// <param name="Origin">The layer it belongs to.</param>
/// <param name="Label">That layer's name in messages.</param>
internal sealed record FlatOperation(
    Op Op,
    IReadOnlyList<int> Inputs,
    IReadOnlyList<int> Outputs,
    IReadOnlyList<FlatWeight> Weights,
    int Origin,
    string Label
)
{
    /// <summary>Its first output.</summary>
    public int Output => Outputs[0];
}

/// <summary>A parameter or a buffer of a model.</summary>
/// <param name="Name">Its name in the model's state.</param>
/// <param name="Entry">What it is.</param>
internal sealed record FlatWeight(string Name, StateEntry Entry)
{
    /// <summary>Links rows of it to a tensor of a file.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="isTransposed">Whether the file has them transposed.</param>
    public WeightLink Link(string tensor, long firstRow, long rows, bool isTransposed = false)
    {
        var shape = Entry.Shape.Skip(1).Prepend(rows);
        return new WeightLink(tensor, Name, firstRow, rows, isTransposed, 0) { Shape = new(isTransposed ? shape.Reverse() : shape) };
    }
}
