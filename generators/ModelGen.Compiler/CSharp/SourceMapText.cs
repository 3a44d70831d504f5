using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp;

/// <summary>
/// Writes the member that tells the runtime where each layer was written, so that it can locate the origin of a NaN. Its first line names
/// the file. The module classes follow, each as a line with its name and a colon, the submodules that it holds without calling them, and
/// its operations in order: submodule called (- for none, = for none where the operation keeps finite numbers finite), layer, operands (0
/// is the class's input, n its n-th operation), place.
/// </summary>
internal static class SourceMapText
{
    /// <summary>Writes the member, with markers for the places.</summary>
    public static void Member(CodeWriter writer, ModelGraph model, ModelNames names)
    {
        writer.Line("/// <inheritdoc/>");
        writer.Line("public override string SourceMap =>");
        writer.Line("    \"\"\"");
        writer.PlaceFile("    ");
        foreach (var graph in model.Classes.Prepend(model.Root).Where(static graph => graph.Operations.Count > 0))
        {
            Rows(writer, graph, names.Of(graph).Class);
        }

        writer.Line("    \"\"\";");
    }

    private static void Rows(CodeWriter writer, ModuleGraph graph, string name)
    {
        writer.Line($"    {name}:");
        var called = graph.Operations.Select(Called).ToList();
        var names = new HashSet<string?>(called, StringComparer.Ordinal);
        foreach (var held in graph.Parts.Where(part => !part.IsList && !names.Contains(part.Name)))
        {
            writer.Placed(held.Origin, $"    {held.Name} {graph.Labels[held.Origin]}");
        }

        var numbers = graph.Inputs.ToDictionary(static input => input, static _ => "0");
        for (var i = 0; i < called.Count; i++)
        {
            var operation = graph.Operations[i];
            var inputs = operation.Inputs.Select(input => numbers[input]).ToList();
            var operands = inputs.Count == 0 ? "-" : string.Join(",", inputs);
            writer.Placed(
                operation.Origin,
                $"    {called[i] ?? (operation.Op.KeepsFinite ? "=" : "-")} {graph.Labels[operation.Origin]} {operands}"
            );
            foreach (var output in operation.Outputs)
            {
                numbers.Add(output, Literal.Of(i + 1));
            }
        }
    }

    // The name, in state dictionaries, of the part that an operation calls; null where it calls none, or several.
    private static string? Called(Operation operation) =>
        operation switch
        {
            { Experts: not null } => null,
            { Callee: { Part.IsList: true } callee } => $"{callee.Part.Name}.{Literal.Of(callee.Index)}",
            { Callee: { } callee } => callee.Part.Name,
            _ => operation.Module?.Name,
        };
}
