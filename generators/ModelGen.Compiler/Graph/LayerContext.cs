using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>What a layer's rule works with: its arguments and inputs, and the class it adds to.</summary>
internal sealed class LayerContext(ModuleScope scope, LayerSpec spec, IReadOnlyList<Value> inputs, bool endsBranch, int depth)
{
    public ModuleScope Scope { get; } = scope;

    public LayerSpec Spec { get; } = spec;

    public IReadOnlyList<Value> Inputs { get; } = inputs;

    public Value Input => Inputs[0];

    public DataShape Data => Scope.Network.Data;

    /// <summary>How many residuals the layer stands in.</summary>
    public int Depth { get; } = depth;

    /// <summary>Whether the layer ends the branch of a residual.</summary>
    public bool EndsBranch { get; } = endsBranch;

    /// <summary>The multiply-adds of one sample, counted by the layer.</summary>
    public Dim MultiplyAdds { get; set; } = 0;

    public T Get<T>(Parameter<T> parameter) => Spec.Arguments.Get(parameter);

    public bool TryGet<T>(Parameter<T> parameter, out T value) => Spec.Arguments.TryGet(parameter, out value);

    /// <summary>Reports why the layer cannot stand here: "conv needs …; it gets […]".</summary>
    public Value? Fail(string problem, Parameter? argument = null)
    {
        Scope.Network.Report(Rules.LayerInput, Spec.Origin, argument?.Name, Spec.Layer.Word, problem, Input.Trail.ToString());
        return null;
    }

    /// <summary>Reports an argument that the shape at hand does not allow.</summary>
    public Value? OutOfRange(Parameter argument, string value, string allowed)
    {
        Scope.Network.Report(Rules.OutOfRange, Spec.Origin, argument.Name, $"{Spec.Layer.Word}.{argument.Name}", value, allowed);
        return null;
    }

    /// <summary>Whether the input holds numbers; reports when it holds token ids.</summary>
    public bool HasNumbers()
    {
        if (Input.Type == ElementType.Number)
        {
            return true;
        }

        Fail($"needs numbers; it gets {Input.Description}; put 'embed' first");
        return false;
    }

    /// <summary>Whether the input holds numbers and its last axis has a fixed length, given in <paramref name="features"/>.</summary>
    public bool HasFeatures(out long features)
    {
        features = 0;
        if (!HasNumbers())
        {
            return false;
        }

        if (Input.Shape.Rank > 0 && Input.Shape.Last.Constant is { } length)
        {
            features = length;
            return true;
        }

        Fail($"needs a last axis of fixed length; it gets {Input.Shape}");
        return false;
    }

    /// <summary>Notes that the layer lets a position of a sequence see those after it, where <paramref name="axis"/> runs over positions.</summary>
    public void SeesAlong(Dim axis)
    {
        if (axis.Constant is null)
        {
            Scope.Network.Lookaheads.Add(new Lookahead(Spec.Origin, Spec.Layer.Word));
        }
    }

    /// <summary>Notes that elements are taken in the order of <paramref name="shape"/>, which keeps positions apart only where they come first.</summary>
    public void Reorders(Shape shape)
    {
        foreach (var axis in shape.Axes.Skip(1))
        {
            SeesAlong(axis);
        }
    }

    /// <summary>Notes that parts of a batch would give other gradients than the whole: "batch-norm takes its figures over the batch".</summary>
    /// <param name="reason">Why.</param>
    /// <param name="needsSeveral">Whether a batch of one sample is of no use to the layer.</param>
    public void NeedsWholeBatch(string reason, bool needsSeveral = false) => Scope.Network.WholeBatchLayers.Add(new WholeBatchLayer(Spec.Origin, reason, needsSeveral));

    /// <summary>Notes that the layer draws from torch's random numbers in training.</summary>
    public void DrawsAtRandom() => Scope.Network.DrawsAtRandom = true;

    /// <summary>Adds an operation on the layer's input: a C# expression with $0 for it.</summary>
    public Value Apply(Arithmetic arithmetic, string expression, Shape shape) => Apply(arithmetic, expression, Input, shape);

    /// <summary>Adds an operation on one tensor.</summary>
    public Value Apply(Arithmetic arithmetic, string expression, Value input, Shape shape) => Apply(arithmetic, expression, [input], shape);

    /// <summary>Adds an operation on several tensors: $0, $1, … are they; on none where it takes only weights, so that its result has no batch.</summary>
    public Value Apply(Arithmetic arithmetic, string expression, IReadOnlyList<Value> values, Shape shape) =>
        Scope.Add(new Operation(expression, new EquatableArray<Value>(values), Scope.Result(values, shape, ElementType.Number, Spec.Origin), Spec.Origin, arithmetic), Layer);

    /// <summary>Adds a product of tensors with weights.</summary>
    /// <param name="function">The C# with $0, $1, … for the tensors and after them the weights.</param>
    /// <param name="values">The tensors.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="shape">The result's shape.</param>
    /// <param name="module">The C# that calls a module which holds the weights, where there is one that does the same.</param>
    public Value Multiply(string function, IReadOnlyList<Value> values, IReadOnlyList<Weight> weights, Shape shape, string? module = null)
    {
        var product = new WeightedProduct(function, new EquatableArray<Weight>(weights));
        return Scope.Add(new Operation(
            module ?? product.WithOwnWeights(values.Count), new EquatableArray<Value>(values), Scope.Result(values, shape, ElementType.Number, Spec.Origin), Spec.Origin, Arithmetic.Product)
        {
            Product = product,
        }, Layer);
    }

    /// <summary>
    /// Adds a TorchSharp module and gives the C# property that holds it. Its weights start as the layer, the model or
    /// the family says; a bias beside such a weight starts at zero.
    /// </summary>
    /// <param name="type">The class in TorchSharp.Modules; one of the runtime is fully qualified.</param>
    /// <param name="construction">The C# that makes it.</param>
    /// <param name="name">The wished name; the layer's own where null.</param>
    /// <param name="weight">What initialisers do with its weight.</param>
    /// <param name="state">Its parameters and buffers.</param>
    public string Module(string type, string construction, string? name, WeightRole weight, params StateEntry[] state)
    {
        var (property, stateName) = Scope.FreeName(name ?? Spec.Name ?? Spec.Layer.Word);
        foreach (var entry in state)
        {
            Scope.Network.Fits(Spec, entry.Name, new Shape(new EquatableArray<Dim>(entry.Shape.Select(length => (Dim)length))));
        }

        Scope.Graph.Submodules.Add(new Submodule(
            property, stateName, type.StartsWith("global::", StringComparison.Ordinal) ? type : $"modules.{type}", construction, new EquatableArray<StateEntry>(state), new EquatableArray<string>(Initialisation(property, weight, state)),
            Spec.Layer.Word, Spec.Origin, [], IsList: false));
        return property;
    }

    /// <summary>Adds a module class of the layer's own and calls it on the layer's input.</summary>
    public Value? Nested(Func<LayerContext, Value?> build) => Nested(Spec.Name ?? Spec.Layer.Word, Spec.Layer.Word, (Spec.Layer, Spec.Arguments, Spec.Origin), build);

    /// <summary>The module class of a list of layers on a given input.</summary>
    /// <param name="name">The class's name, as a word.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="input">What the first one takes.</param>
    /// <param name="isBranch">Whether the list's last weight ends the branch of a residual.</param>
    public ModuleGraph? Class(string name, EquatableArray<LayerSpec> layers, Value input, bool isBranch = false) =>
        Class(name, layers, input, scope => scope.Layers(layers, scope.Graph.Input, isBranch));

    /// <summary>Adds a row to the layer table.</summary>
    public void AddRow(string label, Shape output, long parameters, ModuleGraph? inner, int times = 1) =>
        Scope.Graph.Rows.Add(new LayerRow(label, output, parameters, 0, inner, Depth, times, Spec.Origin));

    /// <summary>Adds a submodule of generated classes and calls each in turn.</summary>
    /// <param name="name">The wished name.</param>
    /// <param name="elements">The classes.</param>
    /// <param name="isList">Whether they form a list.</param>
    /// <param name="input">What the first one takes.</param>
    /// <param name="isRecomputed">Whether backward computes the activations inside each again.</param>
    public Value Call(string name, IReadOnlyList<ModuleGraph> elements, bool isList, Value input, bool isRecomputed = false)
    {
        var (property, stateName) = Scope.FreeName(name);
        var same = elements.All(element => element == elements[0]);
        var element = same ? $"Layers.{elements[0].ClassName}" : "nn.Module<torch.Tensor, torch.Tensor>";
        var construction = isList
            ? $"nn.ModuleList<{element}>({string.Join(", ", elements.Select(e => $"new Layers.{e.ClassName}(device)"))})"
            : $"new Layers.{elements[0].ClassName}(device)";
        Scope.Graph.Submodules.Add(new Submodule(
            property, stateName, isList ? $"modules.ModuleList<{element}>" : element, construction, default, default,
            Spec.Layer.Word, Spec.Origin, elements, isList));
        for (var i = 0; i < elements.Count; i++)
        {
            var index = isList ? FormattableString.Invariant($"[{i}]") : "";
            var output = Scope.Result([input], elements[i].Output.Shape, elements[i].Output.Type, Spec.Origin);
            input = Scope.Add(new Operation($"{property}{index}.call($0)", new EquatableArray<Value>([input]), output, Spec.Origin, Arithmetic.Exact)
            {
                Callee = elements[i],
                Recomputing = isRecomputed ? $"global::ModelGen.Models.Recompute.Call({property}{index}, $0)" : null,
            }, Layer);
        }

        return input;
    }

    private (string, bool) Layer => (Spec.Layer.Label(Spec.Arguments), Spec.Layer.KeepsFinite);

    private IEnumerable<string> Initialisation(string property, WeightRole weight, IReadOnlyList<StateEntry> state) => weight switch
    {
        WeightRole.None => [],
        WeightRole.Scale => [$"nn.init.ones_({property}.weight!);", $"nn.init.zeros_({property}.bias!);"],
        _ => NetworkBuilder.Initialisation(property, state, TryGet(Initialiser.OfLayer, out var own) ? own : Scope.Network.Initialiser(EndsBranch && weight == WeightRole.Last)),
    };

    private Value? Nested(string name, string className, object part, Func<LayerContext, Value?> build)
    {
        LayerContext? inner = null;
        var graph = Class(className, part, Input, scope =>
        {
            inner = new LayerContext(scope, Spec, [scope.Graph.Input], EndsBranch, Depth);
            var result = build(inner);
            scope.Graph.Rows.Add(new LayerRow(className, result?.Shape ?? Input.Shape, 0, inner.MultiplyAdds, null, 0, 1, Spec.Origin));
            return result;
        });
        if (graph is null)
        {
            return null;
        }

        MultiplyAdds = graph.MultiplyAdds;
        return Call(name, [graph], isList: false, Input);
    }

    private ModuleGraph? Class(string name, object part, Value input, Func<ModuleScope, Value?> build) =>
        Scope.Network.Class(name, part, input, EndsBranch, build);
}

/// <summary>What initialisers do with a module's weight.</summary>
internal enum WeightRole
{
    /// <summary>Nothing: it starts as TorchSharp starts it.</summary>
    None,

    /// <summary>Nothing: it starts as one, and the bias beside it as zero, which TorchSharp leaves to its user.</summary>
    Scale,

    /// <summary>They fill it.</summary>
    Inner,

    /// <summary>They fill it, and the layer's result comes straight from it, so that it may end a residual's branch.</summary>
    Last,
}
