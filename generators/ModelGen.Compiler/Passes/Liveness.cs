using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Passes;

/// <summary>Where each tensor of a class is last used.</summary>
internal sealed class Liveness
{
    private readonly HashSet<Value> _kept;
    private readonly Dictionary<Value, Operation> _lastUses = [];

    /// <param name="graph">The complete class.</param>
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
    /// The inputs of <paramref name="operation"/> that no later operation reads, except the class's inputs, which belong to its caller, and
    /// its outputs.
    /// </summary>
    public IEnumerable<Value> EndingAt(Operation operation) =>
        operation.Inputs.Distinct().Where(value => !_kept.Contains(value) && _lastUses[value] == operation);
}
