namespace ModelGen.Compiler.Graph;

/// <summary>Where each tensor is used for the last time.</summary>
internal static class Liveness
{
    /// <summary>The last operation that reads each tensor.</summary>
    public static Dictionary<Value, Operation> LastUses(IReadOnlyList<Operation> operations)
    {
        var last = new Dictionary<Value, Operation>();
        foreach (var operation in operations)
        {
            foreach (var input in operation.Inputs)
            {
                last[input] = operation;
            }
        }

        return last;
    }

    /// <summary>The tensors that no operation after <paramref name="operation"/> reads; not the class's input, which is its caller's, nor its output.</summary>
    public static IEnumerable<Value> EndingAt(ModuleGraph graph, Operation operation) =>
        operation.Inputs.Distinct().Where(value => value != graph.Input && value != graph.Output && graph.LastUses[value] == operation);
}
