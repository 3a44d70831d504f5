using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.CSharp.Operations;
using ModelGen.Compiler.Graph;
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

        // Each tensor is disposed after its last use; the scope frees the remaining ones when an exception is thrown.
        writer.Line($"using var scope = {code.Torch}.NewDisposeScope();");
        var liveness = new Liveness(graph);
        var lines = names.Steps.SelectMany(step => Lines(step, liveness, names)).ToList();
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

    private static IEnumerable<ForwardLine> Lines(Step step, Liveness liveness, ClassNames names)
    {
        var (first, code) = (step.Operations[0], names.Code);
        if (!step.IsLoop)
        {
            yield return Line(
                first,
                names.Of(first),
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
    }

    private static ForwardLine Line(Operation operation, string name, Operands operands, string ended) =>
        new(operation.Origin, $"var {name} = {Spelling.Of(operation.Op).Expression(operation.Op, operands)};")
        {
            Shape = $"/* {Shape(operation)} */",
            Ended = ended,
        };

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
