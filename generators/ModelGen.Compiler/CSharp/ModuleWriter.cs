using System.Globalization;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.CSharp.Operations;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp;

/// <summary>The parts that every module class has: its parts and the straight line of its <c>forward</c>.</summary>
internal static class ModuleWriter
{
    /// <summary>A nested module class.</summary>
    public static void Class(CodeWriter writer, ModuleGraph graph, ModelNames model)
    {
        writer.Line($"/// <summary>{Names.Xml(Flow(graph))}; {Count(graph.ParameterCount)} parameters.</summary>");
        var name = model.Of(graph).Class;
        writer.Open($"public sealed class {name} : {Base(graph)}");
        Constructor(writer, graph, model, "internal", $"base(nameof({name}))");
        Parts(writer, graph, model);
        Forward(writer, graph, model.Of(graph), inputCheck: null, longest: new Dictionary<string, long>());
        writer.Close();
    }

    /// <summary>The constructor that makes, fills and registers the submodules.</summary>
    public static void Constructor(CodeWriter writer, ModuleGraph graph, ModelNames model, string access, string baseCall)
    {
        if (access == "public")
        {
            writer.Line("/// <summary>Makes the model; its weights start from torch's global random numbers, so seed those first for a run that can be repeated.</summary>");
            writer.Line("/// <param name=\"device\">Where the weights are; the CPU where null.</param>");
        }

        var names = model.Of(graph);
        writer.Line($"{access} {names.Class}(torch.Device? device = null)");
        writer.Open($"    : {baseCall}");
        var isScope = access == "public" && graph.Parts.Count > 0;
        if (isScope)
        {
            // Some of TorchSharp's constructors leave tensors behind, and so does each reading of an embedding's weight.
            writer.Line("using var scope = torch.NewDisposeScope();");
        }

        foreach (var part in graph.Parts)
        {
            writer.Place(part.Origin);
            writer.Line($"{names.Of(part)} = {Module(part, model, names).Construction};");
            foreach (var start in part.Starts)
            {
                writer.Place(part.Origin);
                writer.Line(FillSpelling.Statement(start, $"{names.Of(part)}.{start.Entry.Name}!"));
            }
        }

        if (graph.Parts.Count > 0)
        {
            writer.PlaceDefault();
        }

        foreach (var part in graph.Parts)
        {
            writer.Line($"register_module(\"{part.Name}\", {names.Of(part)});");
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

    /// <summary>A typed property for each part.</summary>
    public static void Parts(CodeWriter writer, ModuleGraph graph, ModelNames model)
    {
        var names = model.Of(graph);
        foreach (var part in graph.Parts)
        {
            writer.Line($"/// <summary>{Names.Xml(part.Summary)}; {Count(part.ParameterCount)} parameters under <c>{part.Name}</c>.</summary>");
            writer.Line($"public {(part.IsRole ? "override " : "")}{Module(part, model, names).Type} {names.Of(part)} {{ get; }}");
            writer.Line();
        }
    }

    /// <summary>The <c>forward</c> method: one line for each operation, its result's shape, and the tensors that end there.</summary>
    public static void Forward(CodeWriter writer, ModuleGraph graph, ClassNames names, string? inputCheck, IReadOnlyDictionary<string, long> longest)
    {
        var input = names.Input;
        writer.Line($"/// <summary>{Names.Xml(Flow(graph))}.</summary>");
        var parameter = graph.SideInputs.Count == 0 ? input : "inputs";
        var taken = string.Join("; ", graph.Inputs.Select(value => $"{(graph.SideInputs.Count == 0 ? "" : names.Of(value) + ": ")}{(value.Type == ElementType.TokenId ? "token ids, int64" : "numbers")} {value.Shape.WithBatch}"));
        writer.Line($"/// <param name=\"{parameter}\">{char.ToUpperInvariant(taken[0])}{taken.Substring(1)}; the caller disposes {(graph.SideInputs.Count == 0 ? "it" : "them")}.</param>");
        writer.Line($"/// <returns>{string.Join("; ", graph.Outputs.Select(value => value.Shape.WithBatch))}; the caller disposes {(graph.SideOutputs.Count == 0 ? "it" : "them")}.</returns>");
        writer.Open($"public override {ResultType(graph)} forward({InputType(graph)} {parameter})");
        if (graph.SideInputs.Count > 0)
        {
            writer.Line($"var ({string.Join(", ", graph.Inputs.Select(names.Of))}) = {parameter};");
        }

        if (inputCheck is not null)
        {
            writer.Line($"{Names.Pascal(inputCheck)}({input});");
            foreach (var side in graph.SideInputs)
            {
                var lengths = side.Value.Shape.Axes.Select(axis => axis.Constant ?? -axis.Evaluate(longest));
                writer.Line($"CheckSideInput({names.Of(side.Value)}, \"{side.Name}\", [{Literal.List(lengths)}], {input});");
            }
        }

        // Each tensor is disposed at its last use; the scope frees those alive when an exception passes.
        writer.Line("using var scope = torch.NewDisposeScope();");
        var liveness = new Liveness(graph);
        var lines = graph.Operations.Select(operation => Statement(operation, liveness, names)).ToList();
        var width = Math.Min(110, lines.Max(line => line.Length));
        for (var i = 0; i < lines.Count; i++)
        {
            writer.Place(graph.Operations[i].Origin);
            writer.Line($"{lines[i].PadRight(width)}  // {Shape(graph.Operations[i])}");
        }

        writer.PlaceDefault();
        var results = graph.Outputs.Select(value => $"{names.Of(value)}.MoveToOuterDisposeScope()").ToList();
        writer.Line(results.Count == 1 ? $"return {results[0]};" : $"return ({string.Join(", ", results)});");
        writer.Close();
    }

    /// <summary>A call that takes its tensors one by one.</summary>
    public static void CallOfSeveral(CodeWriter writer, ModuleGraph graph, ClassNames names)
    {
        writer.Line();
        writer.Line("/// <summary>Runs the network on its tensors one by one; see <see cref=\"forward\"/>.</summary>");
        foreach (var value in graph.Inputs)
        {
            writer.Line($"/// <param name=\"{names.Of(value).TrimStart('@')}\">{value.Shape.WithBatch}; the caller disposes it.</param>");
        }

        writer.Line($"/// <returns>{string.Join("; ", graph.Outputs.Select(value => value.Shape.WithBatch))}; the caller disposes {(graph.SideOutputs.Count == 0 ? "it" : "them")}.</returns>");
        writer.Line($"public {ResultType(graph)} call({string.Join(", ", graph.Inputs.Select(value => $"torch.Tensor {names.Of(value)}"))}) =>");
        writer.Line($"    call(({string.Join(", ", graph.Inputs.Select(names.Of))}));");
    }

    /// <summary>The type of all that a class takes: a tensor, or a tuple of several.</summary>
    public static string InputType(ModuleGraph graph) => TypeOf(graph.Input.Type == ElementType.TokenId ? "Tokens" : "Input", graph.SideInputs);

    /// <summary>The type of all that a class gives: a tensor, or a tuple of several.</summary>
    public static string ResultType(ModuleGraph graph) => TypeOf("Output", graph.SideOutputs);

    private static string TypeOf(string first, IReadOnlyList<NamedValue> sides) => sides.Count == 0
        ? "torch.Tensor"
        : $"({string.Join(", ", TupleNames.Of(first, sides).Select(name => $"torch.Tensor {name}"))})";

    private static string Base(ModuleGraph graph) => $"nn.Module<{InputType(graph)}, {ResultType(graph)}>";

    /// <summary>A number with thousands separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    // The class of a part and what makes it.
    private static ModuleSpelling Module(Part part, ModelNames model, ClassNames names)
    {
        if (part.Op is { } op)
        {
            return Spelling.Of(op).Module(op, part, part.MadeFrom is { } weight ? names.Of(weight) + "!" : null);
        }

        var classes = part.Elements.Select(element => $"Layers.{model.Of(element).Class}").ToList();
        if (!part.IsList)
        {
            return new(classes[0], $"new {classes[0]}(device)");
        }

        var element = classes.All(name => name == classes[0]) ? classes[0] : Base(part.Elements[0]);
        return new($"modules.ModuleList<{element}>", $"nn.ModuleList<{element}>({string.Join(", ", classes.Select(name => $"new {name}(device)"))})");
    }

    private static string Shape(Operation operation)
    {
        if (operation.Callee is not null)
        {
            return string.Join("; ", operation.Outputs.Select(Shape));
        }

        return operation.Outputs.Count == 1 ? Shape(operation.Output) : $"{Count(operation.Outputs.Count)} of {Shape(operation.Output)}";
    }

    private static string Shape(Value value) =>
        (value.HasBatch ? value.Shape.WithBatch : value.Shape.ToString()) + (value.Precision == Precision.Full ? "" : " " + value.Precision);

    private static string Flow(ModuleGraph graph) =>
        $"{(graph.Input.Type == ElementType.TokenId ? "Token ids " : "")}{graph.Input.Shape.WithBatch} to {graph.Output.Shape.WithBatch}";

    private static string Statement(Operation operation, Liveness liveness, ClassNames names)
    {
        var expression = Spelling.Of(operation.Op).Expression(operation.Op, new Operands(operation, names));
        var ended = liveness.EndingAt(operation).Select(value => $" {names.Of(value)}.Dispose();");
        return $"var {names.Of(operation)} = {expression};{string.Concat(ended)}";
    }
}
