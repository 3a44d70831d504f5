using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp;

/// <summary>The parts that every module class has: its submodules and the straight line of its <c>forward</c>.</summary>
internal static class ModuleWriter
{
    private static readonly Regex Placeholder = new(@"\$(\d+)", RegexOptions.CultureInvariant);

    /// <summary>A nested module class.</summary>
    public static void Class(CodeWriter writer, ModuleGraph graph)
    {
        writer.Line($"/// <summary>{Names.Xml(Flow(graph))}; {Count(graph.ParameterCount)} parameters.</summary>");
        writer.Open($"public sealed class {graph.ClassName} : nn.Module<torch.Tensor, torch.Tensor>");
        Constructor(writer, graph, "internal", $"base(nameof({graph.ClassName}))");
        Submodules(writer, graph);
        Forward(writer, graph, []);
        writer.Close();
    }

    /// <summary>The constructor that makes, fills and registers the submodules.</summary>
    public static void Constructor(CodeWriter writer, ModuleGraph graph, string access, string baseCall)
    {
        if (access == "public")
        {
            writer.Line("/// <summary>Makes the model; its weights start from torch's global random numbers, so seed those first for a run that can be repeated.</summary>");
            writer.Line("/// <param name=\"device\">Where the weights are; the CPU where null.</param>");
        }

        writer.Line($"{access} {graph.ClassName}(torch.Device? device = null)");
        writer.Open($"    : {baseCall}");
        var isScope = access == "public" && graph.Submodules.Count > 0;
        if (isScope)
        {
            // Some of TorchSharp's constructors leave tensors behind, and so does each reading of an embedding's weight.
            writer.Line("using var scope = torch.NewDisposeScope();");
        }

        foreach (var submodule in graph.Submodules)
        {
            writer.Place(submodule.Origin);
            writer.Line($"{submodule.Property} = {submodule.Construction};");
            foreach (var statement in submodule.Initialisation)
            {
                writer.Place(submodule.Origin);
                writer.Line(statement);
            }
        }

        if (graph.Submodules.Count > 0)
        {
            writer.PlaceDefault();
        }

        foreach (var submodule in graph.Submodules)
        {
            writer.Line($"register_module(\"{submodule.StateName}\", {submodule.Property});");
        }

        if (isScope)
        {
            // Not every module takes its own out of it.
            writer.Line("scope.Detach(state_dict().Values);");
        }

        writer.Close();
        writer.Line();

        // TorchSharp would find the fields by reflection and register each module again under its field's name.
        writer.Line("/// <summary>Does nothing: the constructor has registered every module.</summary>");
        writer.Line("protected override void RegisterComponents()");
        writer.Line("{");
        writer.Line("}");
        writer.Line();
    }

    /// <summary>A typed property for each submodule.</summary>
    public static void Submodules(CodeWriter writer, ModuleGraph graph)
    {
        foreach (var submodule in graph.Submodules)
        {
            writer.Line($"/// <summary>{Names.Xml(submodule.Summary)}; {Count(submodule.ParameterCount)} parameters under <c>{submodule.StateName}</c>.</summary>");
            writer.Line($"public {(submodule.IsRole ? "override " : "")}{submodule.Type} {submodule.Property} {{ get; }}");
            writer.Line();
        }
    }

    /// <summary>The <c>forward</c> method: one line for each operation, its result's shape, and the tensors that end there.</summary>
    public static void Forward(CodeWriter writer, ModuleGraph graph, IReadOnlyList<string> checks)
    {
        var input = graph.Input.Type == ElementType.TokenId ? "tokens" : "input";
        writer.Line($"/// <summary>{Names.Xml(Flow(graph))}.</summary>");
        writer.Line($"/// <param name=\"{input}\">{(graph.Input.Type == ElementType.TokenId ? "Token ids, int64" : "Numbers")} {graph.Input.Shape.WithBatch}; the caller disposes it.</param>");
        writer.Line($"/// <returns>{graph.Output.Shape.WithBatch}; the caller disposes it.</returns>");
        writer.Open($"public override torch.Tensor forward(torch.Tensor {input})");
        foreach (var check in checks)
        {
            writer.Line(check.Replace("$0", input));
        }

        // Each tensor is disposed at its last use; the scope frees those alive when an exception passes.
        writer.Line("using var scope = torch.NewDisposeScope();");
        var names = NameValues(graph, input);
        var lines = graph.Operations.Select(operation => Statement(graph, operation, names)).ToList();
        var width = Math.Min(110, lines.Max(line => line.Length));
        for (var i = 0; i < lines.Count; i++)
        {
            writer.Place(graph.Operations[i].Origin);
            writer.Line($"{lines[i].PadRight(width)}  // {Shape(graph.Operations[i].Output)}");
        }

        writer.PlaceDefault();
        writer.Line($"return {names[graph.Output]}.MoveToOuterDisposeScope();");
        writer.Close();
    }

    /// <summary>A number with thousands separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Shape(Value value)
    {
        var shape = value.HasBatch ? value.Shape.WithBatch : value.Shape.ToString();
        var precision = value.Precision == Precision.Full ? "" : " " + value.Precision;
        return (value.Parts == 1 ? shape : $"{Count(value.Parts)} of {shape}") + precision;
    }

    private static string Flow(ModuleGraph graph) =>
        $"{(graph.Input.Type == ElementType.TokenId ? "Token ids " : "")}{graph.Input.Shape.WithBatch} to {graph.Output.Shape.WithBatch}";

    private static Dictionary<Value, string> NameValues(ModuleGraph graph, string input)
    {
        var names = new Dictionary<Value, string> { [graph.Input] = input };
        var free = new UniqueNames();
        for (var i = 0; i < graph.Operations.Count; i++)
        {
            var output = graph.Operations[i].Output;
            names.Add(output, free.Take(output.Name is { } given ? Names.Local(given) : "x" + (i + 1).ToString(CultureInfo.InvariantCulture)));
        }

        return names;
    }

    private static string Statement(ModuleGraph graph, Operation operation, IReadOnlyDictionary<Value, string> names)
    {
        var expression = Placeholder.Replace(operation.Recomputing ?? operation.Expression, match => names[operation.Inputs[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)]]);
        var ended = Liveness.EndingAt(graph, operation).SelectMany(value => Tensors(value, names[value])).Select(tensor => $" {tensor}.Dispose();");
        return $"var {names[operation.Output]} = {expression};{string.Concat(ended)}";
    }

    private static IEnumerable<string> Tensors(Value value, string name) =>
        value.Parts == 1 ? [name] : Enumerable.Range(0, value.Parts).Select(part => FormattableString.Invariant($"{name}[{part}]"));
}
