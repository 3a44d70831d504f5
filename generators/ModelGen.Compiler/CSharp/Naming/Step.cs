using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>A step of a <c>forward</c>: one operation, or successive calls of all modules in a list, which C# writes as a loop.</summary>
/// <param name="Operations">The operation, or the calls.</param>
/// <param name="TakesInput">For a loop: whether the input of the first call is used nowhere else and is computed by the class itself, so
/// that the loop disposes it.</param>
internal sealed record Step(IReadOnlyList<Operation> Operations, bool TakesInput)
{
    /// <summary>Whether it is a loop.</summary>
    public bool IsLoop => Operations.Count > 1;

    /// <summary>The first output of its last operation.</summary>
    public Value Result => Operations[Operations.Count - 1].Output;

    /// <summary>The steps of a class.</summary>
    public static IEnumerable<Step> Of(ModuleGraph graph, Liveness liveness)
    {
        for (var i = 0; i < graph.Operations.Count; i++)
        {
            var count = Repetitions(graph, i);
            yield return new Step(graph.Operations.GetRange(i, count), count > 1 && liveness.EndingAt(graph.Operations[i]).Any());
            i += count - 1;
        }
    }

    // How many operations, from the given one on, call the modules of a whole list of one class, each on the previous one's result alone.
    private static int Repetitions(ModuleGraph graph, int start)
    {
        if (
            graph.Operations[start].Callee is not { Part: { IsList: true, Elements: var elements } part, Index: 0 }
            || elements.Any(element => element != elements[0] || element.SideInputs.Count + element.SideOutputs.Count > 0)
        )
        {
            return 1;
        }

        for (var i = 1; i < elements.Count; i++)
        {
            if (
                start + i >= graph.Operations.Count
                || graph.Operations[start + i] is not { } next
                || next.Callee?.Part != part
                || next.Callee.Index != i
                || next.Operands[0] != graph.Operations[start + i - 1].Output
            )
            {
                return 1;
            }
        }

        return elements.Count;
    }
}
