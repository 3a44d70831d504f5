using System.Globalization;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.CSharp.Operations;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes what every module class has: its constructor, its <c>forward</c> and its parts.</summary>
internal static class ModuleWriter
{
    /// <summary>Writes a nested module class.</summary>
    public static void Class(CodeWriter writer, ModuleGraph graph, ModelNames model)
    {
        writer.Line($"/// <summary>{Names.Xml(Flow(graph))}; {Count(graph.ParameterCount)} parameters.</summary>");
        var names = model.Of(graph);
        writer.Open(
            $"public sealed class {names.Class} : {names.Code.Runtime("GeneratedModule")}<{InputType(graph, names.Code)}, "
                + $"{ResultType(graph, names.Code)}>"
        );
        ConstructorWriter.Constructor(writer, graph, model, "internal");
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        ForwardWriter.Method(writer, graph, names, inputCheck: null, longest: new Dictionary<string, long>());
        if (model.Decoding.StepOf(graph) is not null)
        {
            ForwardWriter.Step(writer, graph, model);
        }

        Parts(writer, graph, model);
        writer.Close();
    }

    /// <summary>Writes a typed property for each part, preceded by an empty line.</summary>
    public static void Parts(CodeWriter writer, ModuleGraph graph, ModelNames model)
    {
        var names = model.Of(graph);
        foreach (var part in graph.Parts)
        {
            writer.Line();
            writer.Line(
                $"/// <summary>{Names.Xml(part.Summary)}; {Count(part.ParameterCount)} parameters under <c>{part.Name}</c>.</summary>"
            );
            writer.Line($"public {(part.IsRole ? "override " : "")}{Type(part, model, names)} {names.Of(part)} {{ get; }}");
        }
    }

    /// <summary>Writes the documentation of the model's own <c>forward</c>.</summary>
    public static void Documentation(CodeWriter writer, ModuleGraph graph, ClassNames names)
    {
        writer.Line($"/// <summary>{Names.Xml(Flow(graph))}.</summary>");
        var taken = string.Join("; ", graph.Inputs.Select(Taken));
        writer.Line(
            $"/// <param name=\"{Parameter(graph, names)}\">{char.ToUpperInvariant(taken[0])}{taken.Substring(1)}; the caller "
                + $"disposes {(graph.SideInputs.Count == 0 ? "it" : "them")}.</param>"
        );
        Returns(writer, graph);

        string Taken(Value value)
        {
            var name = graph.SideInputs.Count == 0 ? "" : names.Of(value) + ": ";
            var kind = value.Type switch
            {
                ElementType.TokenId => "token ids, int64",
                ElementType.Whole => "whole numbers, int64",
                _ => "numbers",
            };
            return $"{name}{kind} {value.Shape.WithBatch}";
        }
    }

    /// <summary>Writes a <c>call</c> that takes its tensors as separate arguments.</summary>
    public static void CallOfSeveral(CodeWriter writer, ModuleGraph graph, ClassNames names)
    {
        writer.Line();
        writer.Line("/// <summary>Runs the network on its tensors one by one; see <see cref=\"forward\"/>.</summary>");
        foreach (var value in graph.Inputs)
        {
            writer.Line($"/// <param name=\"{names.Of(value)}\">{value.Shape.WithBatch}; the caller disposes it.</param>");
        }

        Returns(writer, graph);
        var parameters = graph.Inputs.Select(value => $"{names.Code.Tensor} {names.Of(value)}");
        writer.Line($"public {ResultType(graph, names.Code)} call({string.Join(", ", parameters)}) =>");
        writer.Line($"    call(({string.Join(", ", graph.Inputs.Select(names.Of))}));");
    }

    /// <summary>The name of <c>forward</c>'s parameter.</summary>
    public static string Parameter(ModuleGraph graph, ClassNames names) => graph.SideInputs.Count == 0 ? names.Input : ClassNames.Several;

    /// <summary>The input type of a class: a tensor, or a tuple of several.</summary>
    public static string InputType(ModuleGraph graph, ShortNames code) =>
        TypeOf(graph.Input.Type == ElementType.TokenId ? "Tokens" : "Input", graph.SideInputs, code);

    /// <summary>The result type of a class: a tensor, or a tuple of several.</summary>
    public static string ResultType(ModuleGraph graph, ShortNames code) => TypeOf("Output", graph.SideOutputs, code);

    /// <summary>A number with thousands separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The class of a part.</summary>
    public static string Type(Part part, ModelNames model, ClassNames names) =>
        part.Op is { } op ? Spelling.Of(op).Module(op, new PartText(part, names)).Type
        : part.IsList ? $"{names.Code.Modules}.ModuleList<{TypeOfElements(part, model, names)}>"
        : ClassOf(part.Elements[0], model);

    /// <summary>The common class of all modules in a list: their own, or a base class.</summary>
    public static string TypeOfElements(Part part, ModelNames model, ClassNames names) =>
        part.Elements.All(element => element == part.Elements[0])
            ? ClassOf(part.Elements[0], model)
            : $"{names.Code.Runtime("GeneratedModule")}<{InputType(part.Elements[0], names.Code)}, "
                + $"{ResultType(part.Elements[0], names.Code)}>";

    /// <summary>A module class as the model's code names it.</summary>
    public static string ClassOf(ModuleGraph graph, ModelNames model) => $"Layers.{model.Of(graph).Class}";

    private static string TypeOf(string first, IReadOnlyList<NamedValue> sides, ShortNames code) =>
        sides.Count == 0 ? code.Tensor : $"({string.Join(", ", TupleNames.Of(first, sides).Select(name => $"{code.Tensor} {name}"))})";

    private static void Returns(CodeWriter writer, ModuleGraph graph) =>
        writer.Line(
            $"/// <returns>{string.Join("; ", graph.Outputs.Select(static value => value.Shape.WithBatch))}; the caller disposes "
                + $"{(graph.SideOutputs.Count == 0 ? "it" : "them")}.</returns>"
        );

    private static string Flow(ModuleGraph graph) =>
        $"{(graph.Input.Type == ElementType.TokenId ? "Token ids " : "")}{graph.Input.Shape.WithBatch} to {graph.Output.Shape.WithBatch}";
}
