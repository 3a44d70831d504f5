using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>What a layer's rule works with: its arguments and inputs, and the class it adds to.</summary>
internal sealed class LayerContext(ModuleBuilder module, LayerSpec spec, IReadOnlyList<Value> inputs, bool endsBranch, int depth)
{
    /// <summary>The class that the layer adds to.</summary>
    public ModuleBuilder Module { get; } = module;

    /// <summary>The model that the class belongs to.</summary>
    public GraphBuilder Model => Module.Model;

    public LayerSpec Spec { get; } = spec;

    public IReadOnlyList<Value> Inputs { get; } = inputs;

    public Value Input => Inputs[0];

    public DataShape Data => Model.Data;

    /// <summary>How many residuals enclose the layer.</summary>
    public int Depth { get; } = depth;

    /// <summary>Whether the layer ends the branch of a residual.</summary>
    public bool EndsBranch { get; } = endsBranch;

    public T Get<T>(Parameter<T> parameter) => Spec.Arguments.Get(parameter);

    public bool TryGet<T>(Parameter<T> parameter, out T value) => Spec.Arguments.TryGet(parameter, out value);

    /// <summary>Whether a flag is set, or may be where it could not be read.</summary>
    public bool MayBe(Parameter<bool> flag) => Get(flag) || Spec.Arguments.Unread.Contains(flag.Name);

    /// <summary>Reports a mistake of the layer, or of one of its arguments.</summary>
    public void Report(Rule rule, string? argument, params string[] arguments) => Model.Report(rule, Spec.Origin, argument, arguments);

    /// <summary>Reports why the layer cannot be used here: "conv needs …; it gets […]".</summary>
    public Value? Fail(string problem, Parameter? argument = null)
    {
        Report(Rules.LayerInput, argument?.Name, Spec.Layer.Word, problem, Input.Trail.ToString());
        return null;
    }

    /// <summary>Reports an argument that the shape at hand does not allow.</summary>
    public Value? OutOfRange(Parameter argument, string value, string allowed)
    {
        Report(Rules.OutOfRange, argument.Name, $"{Spec.Layer.Word}.{argument.Name}", value, allowed);
        return null;
    }

    /// <summary>Whether the input holds numbers; reports it if it holds token ids.</summary>
    public bool HasNumbers()
    {
        if (Input.Type == ElementType.Number)
        {
            return true;
        }

        Fail($"needs numbers; it gets {Input.Description}; put 'embed' first");
        return false;
    }

    /// <summary>Whether the input holds numbers and its last axis has a fixed length, returned in <paramref name="features"/>.</summary>
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

    /// <summary>
    /// Records that the layer lets a position of a sequence see later ones, if <paramref name="axis"/> runs over positions; warns if those
    /// may be padding.
    /// </summary>
    /// <param name="axis">The axis.</param>
    /// <param name="leavesOutPadding">Whether the layer does not look at padding.</param>
    public void SeesAlong(Dim axis, bool leavesOutPadding = false)
    {
        if (axis.Constant is not null)
        {
            return;
        }

        Model.Lookaheads.Add(new Lookahead(Spec.Origin, Spec.Layer.Word));
        if (Data.PaddingToken is not null && !leavesOutPadding)
        {
            Report(Rules.MixesPadding, null, Spec.Layer.Word);
        }
    }

    /// <summary>Whether it is known which positions along an axis are padding.</summary>
    public bool HasPresence(Dim axis) => Data.PaddingToken is not null && axis.Equals(Dim.Symbol(DataShape.Sequence));

    /// <summary>Which positions along an axis are not padding, as numbers 1 and 0; null where that is not known.</summary>
    public Value? Presence(Dim axis) => HasPresence(axis) ? Module.Sides.Presence(Spec) : null;

    /// <summary>The number of the document of each position along an axis; null where documents are not kept apart.</summary>
    public Value? Documents(Dim axis) =>
        Data.KeepsDocumentsApart && axis.Equals(Dim.Symbol(DataShape.Sequence)) ? Module.Sides.Documents(Spec) : null;

    /// <summary>
    /// Records that elements are read in the order of <paramref name="shape"/>, which keeps positions apart only if they come first.
    /// </summary>
    public void Reorders(Shape shape)
    {
        foreach (var axis in shape.Axes.Skip(1))
        {
            SeesAlong(axis);
        }
    }

    /// <summary>
    /// Records that parts of a batch would give different gradients from the whole: "batch-norm takes its statistics over the batch".
    /// </summary>
    /// <param name="reason">Why.</param>
    /// <param name="needsSeveral">Whether the layer needs more than one sample in a batch.</param>
    /// <param name="mixesSamples">Whether a sample's result depends on the others.</param>
    public void NeedsWholeBatch(string reason, bool needsSeveral = false, bool mixesSamples = true) =>
        Model.WholeBatchLayers.Add(new WholeBatchLayer(Spec.Origin, reason, needsSeveral, mixesSamples));

    /// <summary>Warns that the layer's result is the same whatever comes in, where it works over a single element.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="over">The elements in words: "an axis of 1".</param>
    /// <param name="result">What it then gives: "1".</param>
    /// <param name="advice">What to do.</param>
    public void WarnIfConstant(Dim length, string over, string result, string advice)
    {
        if (length.Constant == 1)
        {
            Report(Rules.ConstantResult, null, Spec.Layer.Word, over, result, advice);
        }
    }

    /// <summary>Records that the layer draws from torch's random number generator in training.</summary>
    public void DrawsAtRandom() => Model.DrawsAtRandom = true;

    /// <summary>Records that a loss of the layer's own compares what is computed together, be it a batch or a part of one.</summary>
    public void ComparesWithinParts() => Model.ComparesWithinParts = true;

    /// <summary>Adds an operation on the layer's input.</summary>
    public Value Apply(Op op) => Apply(op, Input);

    /// <summary>Adds an operation on tensors and weights, in the operation's order; the result of weights alone has no batch.</summary>
    public Value Apply(Op op, params IReadOnlyList<Operand> operands) => Module.Add(op, operands, Spec)[0];

    /// <summary>Adds a call of a module whose parameters only the run knows, on the layer's input.</summary>
    public Value ApplyOwn(Op op, Part part) => Module.Add(op, [Input], Spec, own: part)[0];

    /// <summary>Adds a mixture of experts.</summary>
    /// <param name="op">The mixture.</param>
    /// <param name="experts">The part that holds the experts.</param>
    /// <param name="operands">The vectors, and the weight of the router.</param>
    public Value ApplyExperts(MixtureOfExperts op, Part experts, params IReadOnlyList<Operand> operands) =>
        Module.Add(op, operands, Spec, experts: experts)[0];

    /// <summary>Adds an operation that gives several tensors.</summary>
    public EquatableArray<Value> ApplyAll(Op op, params IReadOnlyList<Operand> operands) => Module.Add(op, operands, Spec);

    /// <summary>
    /// Adds a part that holds the state of an operation. Its weight is initialised as the layer, the model or the family says; a bias
    /// beside such a weight starts at zero.
    /// </summary>
    /// <param name="op">The operation.</param>
    /// <param name="name">The preferred name; the layer's own if null.</param>
    /// <param name="weight">How its weight is initialised.</param>
    /// <param name="state">Its parameters and buffers.</param>
    public Part AddPart(Op op, string? name, WeightRole weight, params IReadOnlyList<StateEntry> state)
    {
        foreach (var entry in state)
        {
            Model.Fits(Spec, entry.Name, entry.TensorShape);
        }

        var part = new Part(Module.FreeName(name ?? Spec.Name ?? Spec.Layer.Word), Spec.Layer.Word, Spec.Origin)
        {
            Op = op,
            State = new EquatableArray<StateEntry>(state),
            Starts = Starts(weight, state),
        };
        Module.Graph.Parts.Add(part);
        return part;
    }

    /// <summary>Adds a module class of the layer's own and calls it on the layer's input.</summary>
    public Value? Nested(Func<LayerContext, Value?> build)
    {
        var graph = Model.Class(
            Spec.Layer.Word,
            (Spec.Layer, Spec.Arguments, Spec.Origin),
            Input,
            Module,
            EndsBranch,
            Spec.Origin,
            module =>
            {
                var result = build(new LayerContext(module, Spec, [module.Graph.Input], EndsBranch, Depth));
                module.Graph.Rows.Add(
                    module.Row(Spec.Layer.Word, result?.Shape ?? Input.Shape, firstPart: 0, firstOperation: 0, depth: 0, Spec.Origin)
                );
                return result;
            }
        );
        return graph is null ? null : Call(Spec.Name ?? Spec.Layer.Word, [graph], isList: false, Input);
    }

    /// <summary>The module class of a list of layers on a given input.</summary>
    /// <param name="name">The class's name, as a word.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="input">The input of the first one.</param>
    /// <param name="isBranch">Whether the list's last weight ends the branch of a residual.</param>
    public ModuleGraph? Class(string name, EquatableArray<LayerSpec> layers, Value input, bool isBranch = false) =>
        Model.Class(name, (layers, isBranch), input, Module, EndsBranch, Spec.Origin, module =>
            module.Layers(layers, module.Graph.Input, isBranch)
        );

    /// <summary>Adds a row to the layer table.</summary>
    public void AddRow(string label, Shape output, long parameters, ModuleGraph? inner, int times = 1) =>
        Module.Graph.Rows.Add(new LayerRow(label, output, parameters, 0, inner, Depth, times, Spec.Origin));

    /// <summary>Adds a part that holds module classes.</summary>
    /// <param name="name">The preferred name.</param>
    /// <param name="elements">The classes.</param>
    /// <param name="isList">Whether they form a list.</param>
    public Part AddClasses(string name, IReadOnlyList<ModuleGraph> elements, bool isList)
    {
        var part = new Part(Module.FreeName(name), Spec.Layer.Word, Spec.Origin) { Elements = elements, IsList = isList };
        Module.Graph.Parts.Add(part);
        return part;
    }

    /// <summary>Adds a part that holds module classes, and calls them one after another.</summary>
    /// <param name="name">The preferred name.</param>
    /// <param name="elements">The classes.</param>
    /// <param name="isList">Whether they form a list.</param>
    /// <param name="input">The input of the first one.</param>
    /// <param name="isRecomputed">Whether backward recomputes the activations inside each.</param>
    public Value Call(string name, IReadOnlyList<ModuleGraph> elements, bool isList, Value input, bool isRecomputed = false)
    {
        var part = AddClasses(name, elements, isList);
        for (var i = 0; i < elements.Count; i++)
        {
            input = Module.Call(new Callee(part, i), input, Spec, isRecomputed);
        }

        return input;
    }

    private IReadOnlyList<Start> Starts(WeightRole weight, IReadOnlyList<StateEntry> state) =>
        weight switch
        {
            WeightRole.None => [],
            WeightRole.Scale => [new Start(state[0], new Fill.Ones()), new Start(state[1], new Fill.Zeros())],
            _ => GraphBuilder.Starts(
                state,
                TryGet(Initialiser.OfLayer, out var own) ? own : Model.Initialiser(EndsBranch && weight == WeightRole.Last)
            ),
        };
}

/// <summary>What initialisers do with a part's weight.</summary>
internal enum WeightRole
{
    /// <summary>Nothing: it keeps its operation's default.</summary>
    None,

    /// <summary>Nothing: it starts at one, and the bias beside it at zero.</summary>
    Scale,

    /// <summary>They fill it.</summary>
    Inner,

    /// <summary>They fill it, and the layer's result comes straight from it, so that it may end a residual's branch.</summary>
    Last,
}
