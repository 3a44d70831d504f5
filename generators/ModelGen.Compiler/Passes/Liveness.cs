using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Passes;

/// <summary>Where each tensor of a class is used for the last time.</summary>
internal sealed class Liveness
{
    private readonly HashSet<Value> _kept;
    private readonly Dictionary<Value, Operation> _lastUses = [];

    /// <param name="graph">The class, complete.</param>
    public Liveness(ModuleGraph graph)
    {
        _kept = [.. graph.Inputs, .. graph.Outputs];
        foreach (var operation in graph.Operations)
        {
            foreach (var input in operation.Inputs)
            {
                _lastUses[input] = operation;
            }
        }
    }

    /// <summary>
    /// The tensors that no operation after <paramref name="operation"/> reads; not the class's inputs, which are its caller's, nor its
    /// outputs.
    /// </summary>
    public IEnumerable<Value> EndingAt(Operation operation) =>
        operation.Inputs.Distinct().Where(value => !_kept.Contains(value) && _lastUses[value] == operation);
}
