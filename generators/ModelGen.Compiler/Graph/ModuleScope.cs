using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Graph;

/// <summary>A module class while it is being built: its names, and how its layers are connected.</summary>
internal sealed class ModuleScope(NetworkBuilder network, ModuleGraph graph, bool isRoot)
{
    private readonly UniqueNames _properties = new(WordRules.ReservedMembers.Append(graph.ClassName));
    private readonly Dictionary<int, string> _labels = [];
    private readonly Stack<Dictionary<string, Value>> _tensors = new();

    public NetworkBuilder Network { get; } = network;

    public ModuleGraph Graph { get; } = graph;

    /// <summary>Whether this is the model's own class.</summary>
    public bool IsRoot { get; } = isRoot;

    /// <summary>The result of a list of layers on <paramref name="input"/>.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="input">What the first one takes.</param>
    /// <param name="isBranch">Whether the list is the branch of a residual.</param>
    /// <param name="depth">How many residuals the list stands in.</param>
    public Value? Layers(EquatableArray<LayerSpec> layers, Value input, bool isBranch, int depth = 0)
    {
        var names = new Dictionary<string, Value>(StringComparer.Ordinal);
        _tensors.Push(names);
        var current = input;
        var last = layers.Count - 1;
        while (last > 0 && layers[last].Layer.PassesOn)
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
                if (_tensors.Any(outer => outer.ContainsKey(name)))
                {
                    Network.Report(Rules.DuplicateTensor, spec.Origin, "as", name);
                }
                else
                {
                    names.Add(name, result);
                }
            }
        }

        _tensors.Pop();
        return current;
    }

    /// <summary>Ends the class: its output is fixed, and every result must have been used (which cannot be told after an error).</summary>
    public ModuleGraph? Complete(Value? output)
    {
        if (output is null)
        {
            return null;
        }

        Graph.Output = output;
        output.Uses++;
        foreach (var unused in Graph.Operations.Where(operation => operation.Output.Uses == 0 && Network.Errors.Count == 0 && !Network.IsIncomplete))
        {
            Network.Report(Rules.UnusedResult, unused.Origin, null, _labels[unused.Origin] + (unused.Output.Name is { } name ? $" '{name}'" : ""));
        }

        return Graph;
    }

    /// <summary>What an operation gives; without inputs, it is an operation on weights.</summary>
    public Value Result(IReadOnlyList<Value> inputs, Shape shape, ElementType type, int origin) =>
        new(shape, type, inputs.Count > 0 ? inputs[0].Trail : Graph.Input.Trail, origin) { HasBatch = inputs.Count > 0 };

    /// <summary>Adds an operation and gives its result.</summary>
    public Value Add(Operation operation, (string, bool) layer)
    {
        foreach (var input in operation.Inputs)
        {
            input.Uses++;
        }

        Graph.Layers[operation.Origin] = layer;
        Graph.Operations.Add(operation);
        return operation.Output;
    }

    /// <summary>The names of a module in C# and in state dictionaries, from the wished word: linear, then linear2, linear3, …</summary>
    public (string Property, string State) FreeName(string wish)
    {
        var pascal = CSharp.Names.Pascal(wish);
        var property = _properties.Take(pascal);
        return (property, CSharp.Names.Snake(wish) + property.Substring(pascal.Length));
    }

    private Value? Layer(LayerSpec spec, IReadOnlyList<Value> inputs, bool endsBranch, int depth)
    {
        var context = new LayerContext(this, spec, inputs, endsBranch, depth);
        var firstModule = Graph.Submodules.Count;
        var result = Network.Run(spec, () => spec.Layer.Build(context));
        if (result is null)
        {
            Network.IsIncomplete = true;
            var plain = inputs[0].Type == ElementType.Number ? spec.Layer.ShapeAfterError(context) : null;
            return plain is null ? null : new Value(plain, ElementType.Number, inputs[0].Trail.Then($"{spec.Layer.Label(spec.Arguments)} {plain}"), spec.Origin);
        }

        var label = spec.Layer.Label(spec.Arguments);
        _labels[spec.Origin] = label;
        if (!spec.Layer.AddsRows)
        {
            var parameters = Graph.Submodules.Skip(firstModule).Aggregate(0L, (sum, module) => checked(sum + module.ParameterCount));
            Graph.Rows.Add(new LayerRow(label, result.Shape, parameters, context.MultiplyAdds, null, depth, 1, spec.Origin));
        }

        var step = result.Shape.Equals(inputs[0].Shape) && result.Type == inputs[0].Type ? label : $"{label} {result.Shape}";
        result.Trail = inputs[0].Trail.Then(step);
        return result;
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
            var found = name == "input" ? first : _tensors.Select(names => names.TryGetValue(name, out var value) ? value : null).FirstOrDefault(value => value is not null);
            if (found is null)
            {
                Network.Report(Rules.UnknownTensor, spec.Origin, "from", name, NearestWord.Hint(name, _tensors.SelectMany(names => names.Keys).Append("input").Distinct()));
                return null;
            }

            inputs.Add(found);
        }

        if (inputs.Count > 1 && !spec.Layer.Joins)
        {
            Network.Report(Rules.LayerInput, spec.Origin, "from", spec.Layer.Word, "takes one input; join several with add or concat first", inputs[0].Trail.ToString());
            return null;
        }

        return inputs;
    }
}
