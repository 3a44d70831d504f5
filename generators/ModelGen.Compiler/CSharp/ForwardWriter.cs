using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.CSharp.Operations;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.CSharp;

/// <summary>
/// Writes the <c>forward</c> of a module class: one line per operation, with the shape of its result and the tensors disposed after it.
/// </summary>
internal static class ForwardWriter
{
    // Limits on column widths, which keep shapes and disposals close to their statements.
    private const int MaximumStatement = 68;
    private const int MaximumShape = 26;

    /// <summary>Writes the method.</summary>
    /// <param name="writer">The output.</param>
    /// <param name="graph">The class.</param>
    /// <param name="names">Its names.</param>
    /// <param name="inputCheck">The words of the method that checks the input; null where nothing is checked.</param>
    /// <param name="longest">The largest values of lengths that are known only at run time.</param>
    public static void Method(
        CodeWriter writer,
        ModuleGraph graph,
        ClassNames names,
        string? inputCheck,
        IReadOnlyDictionary<string, long> longest
    )
    {
        var code = names.Code;
        var parameter = ModuleWriter.Parameter(graph, names);
        writer.Open($"public override {ModuleWriter.ResultType(graph, code)} forward({ModuleWriter.InputType(graph, code)} {parameter})");
        if (graph.SideInputs.Count > 0)
        {
            writer.Line($"var ({string.Join(", ", graph.Inputs.Select(names.Of))}) = {parameter};");
        }

        if (inputCheck is not null)
        {
            writer.Line($"{code.Inherited(Names.Pascal(inputCheck))}({names.Input});");
            CheckSides(writer, graph, names, longest);
        }

        var liveness = new Liveness(graph);
        Body(
            writer,
            graph,
            names,
            [.. names.Steps.SelectMany(step => Lines(step, liveness, names, static operation => Spelling.Of(operation.Op).Expression))]
        );
    }

    /// <summary>Writes the method that computes the class in a decoding step.</summary>
    /// <param name="writer">The output.</param>
    /// <param name="graph">The class.</param>
    /// <param name="model">The names of the model.</param>
    public static void Step(CodeWriter writer, ModuleGraph graph, ModelNames model)
    {
        var step = model.Decoding.StepOf(graph)!;
        var (names, firstOnly, liveness) = (model.OfStep(graph, step), model.Decoding.FirstOnly(graph), new Liveness(step));
        var (code, parameter) = (names.Code, ModuleWriter.Parameter(graph, names));
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Open(
            $"public override {ModuleWriter.ResultType(graph, code)} Step({ModuleWriter.InputType(graph, code)} {parameter}, "
                + $"{code.Runtime("DecodingStep")} {names.StepName})"
        );
        if (graph.SideInputs.Count > 0)
        {
            writer.Line($"var ({string.Join(", ", graph.Inputs.Select(names.Of))}) = {parameter};");
        }

        var lines = names.Steps.ToLookup(
            each => firstOnly.Contains(each.Operations[0]),
            each => Lines(each, liveness, names, Form).ToList()
        );
        var first = lines[true].SelectMany(static each => each).Select(static line => line with { Depth = line.Depth + 4 }).ToList();
        Body(
            writer,
            step,
            names,
            [
                .. first.Count > 0
                    ?
                    [
                        new ForwardLine(first[0].Origin, $"if ({names.StepName}.ReadsMemory)"),
                        new ForwardLine(first[0].Origin, "{"),
                        .. first,
                        new ForwardLine(first[0].Origin, "}"),
                    ]
                    : Array.Empty<ForwardLine>(),
                .. lines[false].SelectMany(static each => each),
            ]
        );

        Func<Op, Operands, string> Form(Operation operation) =>
            firstOnly.Contains(operation) && operation.Op is not Remember
                ? Spelling.Of(operation.Op).Expression
                : Spelling.Of(operation.Op).Step;
    }

    // Each tensor is disposed after its last use; the scope frees the remaining ones when an exception is thrown.
    private static void Body(CodeWriter writer, ModuleGraph graph, ClassNames names, IReadOnlyList<ForwardLine> lines)
    {
        writer.Line($"using var scope = {names.Code.Torch}.NewDisposeScope();");
        var statements = Math.Min(
            MaximumStatement,
            lines.Where(static line => line.Shape is not null).Max(static line => line.Statement.Length + line.Depth)
        );
        var shapes = Math.Min(MaximumShape, lines.Max(static line => line.Shape?.Length ?? 0));
        foreach (var line in lines)
        {
            Write(writer, line, statements, shapes);
        }

        writer.PlaceDefault();
        var results = graph.Outputs.Select(value => $"{names.Of(value)}.MoveToOuterDisposeScope()").ToList();
        writer.Line(results.Count == 1 ? $"return {results[0]};" : $"return ({string.Join(", ", results)});");
        writer.Close();
    }

    // The first tensor with a symbolic length defines it; the others must match.
    private static void CheckSides(CodeWriter writer, ModuleGraph graph, ClassNames names, IReadOnlyDictionary<string, long> longest)
    {
        var known = new Dictionary<Dim, string>();
        Learn(graph.Input);
        foreach (var side in graph.SideInputs)
        {
            var lengths = side.Value.Shape.Axes.Select(axis =>
                axis.Constant is { } constant ? Literal.Of(constant)
                : known.TryGetValue(axis, out var length) ? length
                : Literal.Of(-axis.Evaluate(longest))
            );
            writer.Line(
                $"{names.Code.Inherited("CheckSideInput")}({names.Of(side.Value)}, \"{side.Name}\", [{string.Join(", ", lengths)}], "
                    + $"{names.Input});"
            );
            Learn(side.Value);
        }

        void Learn(Value value)
        {
            for (var axis = 0; axis < value.Shape.Rank; axis++)
            {
                if (value.Shape.Axes[axis].Constant is null && !known.ContainsKey(value.Shape.Axes[axis]))
                {
                    known.Add(value.Shape.Axes[axis], $"{names.Of(value)}.size({Literal.Of(axis + 1L)})");
                }
            }
        }
    }

    private static void Write(CodeWriter writer, ForwardLine line, int statements, int shapes)
    {
        writer.Place(line.Origin);
        var text = new string(' ', line.Depth) + line.Statement;
        if (line.Shape is null)
        {
            writer.Line(text);
            return;
        }

        text = $"{text.PadRight(statements)}  {line.Shape}";
        if (line.Ended.Length == 0)
        {
            writer.Line(text);
        }
        else if (writer.Indent + Math.Max(text.Length, statements + 2 + shapes) + 2 + line.Ended.Length <= CodeWriter.MaximumLine)
        {
            writer.Line($"{text.PadRight(statements + 2 + shapes)}  {line.Ended}");
        }
        else
        {
            writer.Line(text);
            writer.Place(line.Origin);
            writer.Line(new string(' ', line.Depth) + line.Ended);
        }
    }

    private static IEnumerable<ForwardLine> Lines(
        Step step,
        Liveness liveness,
        ClassNames names,
        Func<Operation, Func<Op, Operands, string>> form
    )
    {
        var (first, code) = (step.Operations[0], names.Code);
        if (!step.IsLoop)
        {
            yield return Line(
                first,
                first.Outputs.Count == 0 ? null : names.Of(first),
                new Operands(first, names),
                string.Join(" ", liveness.EndingAt(first).Select(value => Dispose(names.Of(value))))
            );
            yield break;
        }

        // The running value has one variable, which each module's result replaces once the module has read it.
        var (running, list) = (names.Of(step.Operations[0]), names.Of(first.Callee!.Part));
        var input = first.Inputs.First();
        var element = names.Element;
        if (step.TakesInput)
        {
            if (!names.IsRunning(input))
            {
                yield return new(first.Origin, $"var {running} = {names.Of(input)};");
            }

            yield return new(first.Origin, $"foreach (var {element} in {list})");
        }
        else
        {
            yield return Line(first, running, new Operands(first, names), "");
            yield return new(first.Origin, $"for (var {names.Counter} = 1; {names.Counter} < {list}.Count; {names.Counter}++)");
            element = $"{list}[{names.Counter}]";
        }

        yield return new(first.Origin, "{");
        yield return Line(first, names.Next, new Operands(first, names, (element, running)), Dispose(running)) with
        {
            Depth = 4,
        };
        yield return new(first.Origin, $"{running} = {names.Next};") { Depth = 4 };
        yield return new(first.Origin, "}");

        static string Dispose(string tensor) => $"{tensor}.Dispose();";

        ForwardLine Line(Operation operation, string? name, Operands operands, string ended) =>
            new(operation.Origin, $"{(name is null ? "" : $"var {name} = ")}{form(operation)(operation.Op, operands)};")
            {
                Shape = name is null ? "/* nothing */" : $"/* {Shape(operation)} */",
                Ended = ended,
            };
    }

    private static string Shape(Operation operation)
    {
        if (operation.Callee is not null)
        {
            return string.Join("; ", operation.Outputs.Select(Shape));
        }

        return operation.Outputs.Count == 1
            ? Shape(operation.Output)
            : $"{ModuleWriter.Count(operation.Outputs.Count)} of {Shape(operation.Output)}";
    }

    private static string Shape(Value value) =>
        (value.HasBatch ? value.Shape.WithBatch : value.Shape.ToString())
        + (value.Precision == Precision.Full ? "" : " " + value.Precision);

    private sealed record ForwardLine(int Origin, string Statement)
    {
        public string? Shape { get; init; }

        public string Ended { get; init; } = "";

        public int Depth { get; init; }
    }
}
