using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp;

/// <summary>
/// The member that tells the runtime where each layer was written, for the search of where a NaN began. Its first line is the file; then come the
/// module classes, each as a line with its name and a colon, the submodules that it holds without calling them, and its operations in order:
/// submodule called (- for none, = for none where the layer keeps finite numbers finite), layer, operands (0 is the class's input, n its n-th operation), place.
/// </summary>
internal static class LayerPlacesWriter
{
    private static readonly Regex Call = new(@"^(?<property>\w+)(\[(?<index>\d+)\])?\.call\(", RegexOptions.CultureInvariant);

    /// <summary>Writes the member, with markers for the places.</summary>
    public static void Member(CodeWriter writer, ModelGraph model)
    {
        writer.Line("/// <inheritdoc/>");
        writer.Line("public override string LayerPlaces =>");
        writer.Line("    \"\"\"");
        writer.PlaceFile("    ");
        foreach (var graph in model.Classes.Prepend(model.Root).Where(graph => graph.Operations.Count > 0))
        {
            Rows(writer, graph);
        }

        writer.Line("    \"\"\";");
        writer.Line();
    }

    private static void Rows(CodeWriter writer, ModuleGraph graph)
    {
        writer.Line($"    {graph.ClassName}:");
        var called = graph.Operations.Select(operation => Called(graph, operation)).ToList();
        foreach (var held in graph.Submodules.Where(submodule => !submodule.IsList && !called.Contains(submodule.StateName)))
        {
            writer.Placed(held.Origin, $"    {held.StateName} {graph.Layers[held.Origin].Label}");
        }

        var numbers = new Dictionary<Value, string> { [graph.Input] = "0" };
        for (var i = 0; i < called.Count; i++)
        {
            var operation = graph.Operations[i];
            var operands = operation.Inputs.Count == 0 ? "-" : string.Join(",", operation.Inputs.Select(input => numbers[input]));
            var (label, keepsFinite) = graph.Layers[operation.Origin];
            writer.Placed(operation.Origin, $"    {called[i] ?? (keepsFinite ? "=" : "-")} {label} {operands}");
            numbers.Add(operation.Output, (i + 1).ToString(CultureInfo.InvariantCulture));
        }
    }

    // The name in state dictionaries of the submodule that an operation is a call of; null where it is none.
    private static string? Called(ModuleGraph graph, Operation operation)
    {
        var match = Call.Match(operation.Expression);
        return graph.Submodules.FirstOrDefault(submodule => match.Success && submodule.Property == match.Groups["property"].Value) is { } found
            ? found.IsList ? $"{found.StateName}.{match.Groups["index"].Value}" : found.StateName
            : null;
    }
}
