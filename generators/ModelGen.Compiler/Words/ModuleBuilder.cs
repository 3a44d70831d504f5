using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words;

/// <summary>A module class while it is being built: its names, and how its layers are connected.</summary>
internal sealed class ModuleBuilder
{
    private readonly UniqueNames _names = new();
    private readonly Stack<Dictionary<string, Value>> _tensors = new();

    /// <param name="model">The model.</param>
    /// <param name="graph">The class.</param>
    /// <param name="around">The enclosing class; null for the model's own, and for one of several roles.</param>
    public ModuleBuilder(GraphBuilder model, ModuleGraph graph, ModuleBuilder? around)
    {
        Model = model;
        Graph = graph;
        IsRoot = around is null;
        Sides = new SideTensors(this, around?.Sides);
    }

    public GraphBuilder Model { get; }

    public ModuleGraph Graph { get; }

    /// <summary>Whether the class has no enclosing class.</summary>
    public bool IsRoot { get; }

    /// <summary>Its side inputs, states and outputs.</summary>
    public SideTensors Sides { get; }

    /// <summary>The result of a list of layers on <paramref name="input"/>.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="input">The input of the first one.</param>
    /// <param name="isBranch">Whether the list is the branch of a residual.</param>
    /// <param name="depth">How many residuals enclose the list.</param>
    public Value? Layers(EquatableArray<LayerSpec> layers, Value input, bool isBranch, int depth = 0)
    {
        var names = new Dictionary<string, Value>(StringComparer.Ordinal);
        _tensors.Push(names);
        var current = input;
        var last = layers.Count - 1;
        while (last > 0 && Words.Layer.Of(layers[last]).PassesOn)
        {
            last--;
        }

        for (var i = 0; i < layers.Count; i++)
        {
            var spec = layers[i];
            var endsBranch = isBranch && i >= last;
            if (Inputs(spec, current, input) is not { } inputs || Layer(spec, inputs, endsBranch, depth) is not { } result)
            {
                _tensors.Pop();
                return null;
            }

            current = result;
            if (spec.Name is { } name)
            {
                result.Name ??= name;
                var side = Model.Sides.TryGetValue(name, out var found) ? found : null;
                if (side?.Role == SideRole.Input)
                {
                    Model.Report(Rules.InvalidName, spec.Origin, "as", name, "a result", "it is the name of a side input");
                }
                else if (_tensors.Any(outer => outer.ContainsKey(name)))
                {
                    Model.Report(Rules.DuplicateTensor, spec.Origin, "as", name);
                }
                else if (side?.Role != SideRole.State)
                {
                    names.Add(name, result);
                }

                if (side is not null and not { Role: SideRole.Input })
                {
                    Sides.Give(side, result, spec);
                }
            }
        }

        _tensors.Pop();
        return current;
    }

    /// <summary>
    /// Completes the class: fixes its output, and reports unused results (unless there were errors, after which use is unknown).
    /// </summary>
    public ModuleGraph? Complete(Value? output)
    {
        if (output is null)
        {
            return null;
        }

        Graph.Output = output;
        output.Uses++;
        Sides.Complete();
        foreach (
            var unused in Graph.Operations.Where(operation =>
                operation.Outputs.All(static output => output.Uses == 0) && Model.Errors.Count == 0 && !Model.IsIncomplete
            )
        )
        {
            Model.Report(
                Rules.UnusedResult,
                unused.Origin,
                null,
                Graph.Labels[unused.Origin] + (unused.Output.Name is { } name ? $" '{name}'" : "")
            );
        }

        return Graph;
    }

    /// <summary>Adds an operation of a layer and returns its results.</summary>
    /// <param name="op">What it computes.</param>
    /// <param name="operands">Its operands.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="callee">What a call calls, which determines the shapes of the results.</param>
    /// <param name="own">The part of a module whose parameters only the run knows.</param>
    /// <param name="experts">The module classes that a mixture of experts calls.</param>
    public EquatableArray<Value> Add(
        Op op,
        IReadOnlyList<Operand> operands,
        LayerSpec layer,
        Callee? callee = null,
        Part? own = null,
        Part? experts = null
    )
    {
        Graph.Labels[layer.Origin] = Words.Layer.LabelOf(layer);
        return Add(op, operands, layer.Origin, callee, own, experts);
    }

    /// <summary>Adds an operation of a layer that already has others.</summary>
    public EquatableArray<Value> Add(
        Op op,
        IReadOnlyList<Operand> operands,
        int origin,
        Callee? callee = null,
        Part? own = null,
        Part? experts = null
    )
    {
        var inputs = operands.OfType<Value>().ToList();
        foreach (var input in inputs)
        {
            input.Uses++;
        }

        var trail = inputs.Count > 0 ? inputs[0].Trail : Graph.Input.Trail;
        var hasBatch = op.HasBatch && inputs.Any(static input => input.HasBatch);
        var outputs = new EquatableArray<Value>(
            callee is null
                ? Enumerable
                    .Repeat(op.Infer([.. operands.Select(static operand => operand.Shape)]), op.Results)
                    .Select(shape => new Value(shape, op.ResultType, trail, origin) { HasBatch = hasBatch })
                : callee.Graph.Outputs.Select(inner => new Value(inner.Shape, inner.Type, trail, origin) { HasBatch = hasBatch })
        );
        Graph.Operations.Add(
            new Operation(op, new EquatableArray<Operand>(operands), outputs, origin)
            {
                Callee = callee,
                Own = own,
                Experts = experts,
            }
        );
        return outputs;
    }

    /// <summary>
    /// Adds a call of a part on the previous layer's result and the side tensors that it takes, and updates those that it gives.
    /// </summary>
    /// <param name="callee">The part.</param>
    /// <param name="input">The previous layer's result.</param>
    /// <param name="layer">The layer that the part belongs to.</param>
    /// <param name="isRecomputed">Whether backward recomputes the activations inside it.</param>
    public Value Call(Callee callee, Value input, LayerSpec layer, bool isRecomputed)
    {
        var results = Add(
            new Call(isRecomputed),
            [input, .. callee.Graph.SideInputs.Select(side => Sides.Pass(side.Name, layer))],
            layer,
            callee
        );
        for (var i = 0; i < callee.Graph.SideOutputs.Count; i++)
        {
            var side = Model.Sides[callee.Graph.SideOutputs[i].Name];
            results[i + 1].Name = side.Name;
            Sides.Give(side, results[i + 1], layer);
        }

        return results[0];
    }

    /// <summary>The name of a part in state dictionaries, from the preferred word: linear, then linear2, linear3, …</summary>
    public string FreeName(string wish) => _names.Take(WordRules.StateName(wish));

    private Value? Layer(LayerSpec spec, IReadOnlyList<Value> inputs, bool endsBranch, int depth)
    {
        var context = new LayerContext(this, spec, inputs, endsBranch, depth);
        var (firstPart, firstOperation) = (Graph.Parts.Count, Graph.Operations.Count);
        var layer = Words.Layer.Of(spec);
        var label = layer.Label(spec.Arguments);
        var result = Model.Run(spec, () =>
        {
            var built = layer.Build(context);
            if (built is not null)
            {
                built.Hint ??= layer.ResultName;
            }

            if (built is not null && !layer.AddsRows)
            {
                Graph.Rows.Add(Row(label, built.Shape, firstPart, firstOperation, depth, spec.Origin));
            }

            return built;
        });
        if (result is null)
        {
            Model.IsIncomplete = true;
            var plain = inputs[0].Type == ElementType.Number ? layer.ShapeAfterError(context) : null;
            return plain is null ? null : new Value(plain, ElementType.Number, inputs[0].Trail.Then($"{label} {plain}"), spec.Origin);
        }

        var step = result.Shape.Equals(inputs[0].Shape) && result.Type == inputs[0].Type ? label : $"{label} {result.Shape}";
        result.Trail = inputs[0].Trail.Then(step);
        return result;
    }

    /// <summary>The row of a layer whose parts and operations are the last in the class.</summary>
    /// <param name="label">The layer.</param>
    /// <param name="output">The shape of its result.</param>
    /// <param name="firstPart">The first of its parts.</param>
    /// <param name="firstOperation">The first of its operations.</param>
    /// <param name="depth">How many residuals enclose it.</param>
    /// <param name="origin">The layer's origin.</param>
    public LayerRow Row(string label, Shape output, int firstPart, int firstOperation, int depth, int origin)
    {
        var (parameters, cost) = (0L, new List<Dim>());
        for (var i = firstPart; i < Graph.Parts.Count; i++)
        {
            parameters = checked(parameters + Graph.Parts[i].ParameterCount);
        }

        for (var i = firstOperation; i < Graph.Operations.Count; i++)
        {
            var operation = Graph.Operations[i];
            cost.Add(
                operation.Callee?.Graph.MultiplyAdds
                    ?? operation.Op.MultiplyAdds([.. operation.Operands.Select(static operand => operand.Shape)])
            );
        }

        return new LayerRow(label, output, parameters, Dim.Sum(cost), null, depth, 1, origin);
    }

    private IReadOnlyList<Value>? Inputs(LayerSpec spec, Value current, Value first)
    {
        if (spec.From.Count == 0)
        {
            return [current];
        }

        var inputs = new List<Value>();
        foreach (var name in spec.From)
        {
            var found =
                name == "input"
                    ? first
                    : _tensors
                        .Select(names => names.TryGetValue(name, out var value) ? value : null)
                        .FirstOrDefault(static value => value is not null)
                        ?? Sides.Take(name);
            if (found is null && Model.UnreadSides.Contains(name))
            {
                Model.IsIncomplete = true;
                return null;
            }

            if (found is null)
            {
                Model.Report(
                    Rules.UnknownTensor,
                    spec.Origin,
                    "from",
                    name,
                    NearestWord.Hint(
                        name,
                        _tensors
                            .SelectMany(static names => names.Keys)
                            .Concat(Model.Sides.Values.Where(static side => side.Role != SideRole.Output).Select(static side => side.Name))
                            .Append("input")
                            .Distinct()
                    )
                );
                return null;
            }

            inputs.Add(found);
        }

        if (inputs.Count > 1 && !Words.Layer.Of(spec).Joins)
        {
            Model.Report(
                Rules.LayerInput,
                spec.Origin,
                "from",
                spec.Layer.Word,
                "takes one input; join several with add or concat first",
                inputs[0].Trail.ToString()
            );
            return null;
        }

        return inputs;
    }
}
