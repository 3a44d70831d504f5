using System.Globalization;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words;

/// <summary>Spec to graph: infers every shape and lays out the module classes of one model.</summary>
/// <param name="data">The shape and type of the data.</param>
/// <param name="initialiser">How weights are initialised; null for each operation's default.</param>
/// <param name="branchInitialiser">How the weight that ends each residual is initialised, by the number of residuals; null for no
/// difference.</param>
internal sealed class GraphBuilder(
    DataShape data,
    Configured<Initialiser>? initialiser,
    Func<double, Configured<Initialiser>>? branchInitialiser
)
{
    private const int MaximumLayers = 20_000;
    private const int MaximumClasses = 500;
    private const long MaximumElements = 1L << 40;
    private const int MaximumFormula = 200;

    private readonly Dictionary<object, ModuleGraph?> _built = [];
    private readonly UniqueNames _classNames = new();
    private double _residuals;

    public DataShape Data { get; } = data;

    public List<GraphError> Errors { get; } = [];

    /// <summary>What can be built, but hardly ever is what was meant.</summary>
    public List<GraphError> Warnings { get; } = [];

    /// <summary>Whether a layer is missing, so that later layers have a shape to be checked against but no tensor.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>
    /// Whether training differentiates the gradient of the role being built, so that its operations need second derivatives.
    /// </summary>
    public bool IsDifferentiatedTwice { get; private set; }

    /// <summary>Whether the weight that ends a residual is initialised differently from the rest.</summary>
    public bool HasBranchInitialiser => branchInitialiser is not null;

    /// <summary>Whether any weight uses the model's initialiser.</summary>
    public bool UsesInitialiser { get; private set; }

    /// <summary>The model's side inputs, states and outputs, by name.</summary>
    public IReadOnlyDictionary<string, Side> Sides { get; private set; } = new Dictionary<string, Side>();

    /// <summary>The names of side tensors whose shapes could not be read, so that layers cannot use them.</summary>
    public IReadOnlyCollection<string> UnreadSides { get; set; } = [];

    /// <summary>The block uses being built, innermost first.</summary>
    public Stack<BlockUse> BlockUses { get; } = new();

    /// <summary>The module classes inside the model's own, inner ones first.</summary>
    public List<ModuleGraph> Classes { get; } = [];

    /// <summary>The token embedding, for layers that share its weight.</summary>
    public TokenEmbedding? Embedding { get; set; }

    /// <summary>Layers that look ahead, for objectives that forbid it.</summary>
    public List<Lookahead> Lookaheads { get; } = [];

    /// <summary>Layers that depend on the whole batch, or change each time they run.</summary>
    public List<WholeBatchLayer> WholeBatchLayers { get; } = [];

    /// <summary>Whether a layer keeps the documents of a sequence apart.</summary>
    public bool TellsDocuments { get; set; }

    /// <summary>Whether a layer draws random numbers in training.</summary>
    public bool DrawsAtRandom { get; set; }

    /// <summary>
    /// Whether a layer's own loss compares what is computed together, so that as many threads as a machine has would make another model.
    /// </summary>
    public bool ComparesWithinParts { get; set; }

    /// <summary>How a batch may be split to compute its gradients.</summary>
    public BatchSplit BatchSplit =>
        WholeBatchLayers.Count > 0 ? BatchSplit.Whole
        : DrawsAtRandom || ComparesWithinParts ? BatchSplit.Sequential
        : BatchSplit.Parallel;

    /// <summary>The initialiser of a weight whose layer does not set one.</summary>
    public Configured<Initialiser>? Initialiser(bool endsBranch)
    {
        UsesInitialiser = true;
        return endsBranch && branchInitialiser is not null ? branchInitialiser(_residuals) : initialiser;
    }

    /// <summary>How the weight of a part is initialised, with its bias at zero; empty for the operation's default.</summary>
    public static IReadOnlyList<Start> Starts(IReadOnlyList<StateEntry> state, Configured<Initialiser>? initialiser)
    {
        if (initialiser is null)
        {
            return [];
        }

        return
        [
            new Start(state[0], initialiser.Definition.Fill(initialiser.Arguments)),
            .. state.Where(static entry => entry.Name == "bias").Select(static entry => new Start(entry, new Fill.Zeros())),
        ];
    }

    /// <summary>
    /// Builds the network that is the whole model; null if it cannot be built. It has gaps if <see cref="IsIncomplete"/>.
    /// </summary>
    /// <param name="role">The key of its layers.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="sides">Its side inputs, states and outputs.</param>
    public ModuleGraph? Build(string role, string name, EquatableArray<LayerSpec> layers, params IReadOnlyList<Side> sides)
    {
        if (
            !CanHold(role, layers, Data.Shape)
            || !sides.All(side => side.Shape is null || Fits(GraphError.Model, side.Key, $"'{side.Key}.{side.Name}'", "shape", side.Shape))
        )
        {
            return null;
        }

        Sides = sides.ToDictionary(static side => side.Name, StringComparer.Ordinal);
        var input = new Value(Data.Shape, Data.Type, new Trail(null, $"{role}: {Data.Shape}"), -1);
        var module = new ModuleBuilder(this, new ModuleGraph(name, input), around: null);
        foreach (var side in sides)
        {
            module.Sides.Take(side.Name);
        }

        return module.Complete(module.Layers(layers, input, isBranch: false));
    }

    /// <summary>
    /// Builds the module class of one of several roles; null if it cannot be built. It has gaps if <see cref="IsIncomplete"/>.
    /// </summary>
    /// <param name="role">The role.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="shape">The shape of their input.</param>
    /// <param name="before">How that shape came about, if another role gave it.</param>
    /// <param name="isDifferentiatedTwice">Whether training differentiates its gradient.</param>
    /// <param name="type">The type of the input's elements.</param>
    /// <param name="sides">Its side inputs.</param>
    public ModuleGraph? Role(
        string role,
        EquatableArray<LayerSpec> layers,
        Shape shape,
        Trail? before,
        bool isDifferentiatedTwice,
        ElementType type = ElementType.Number,
        params IReadOnlyList<Side> sides
    )
    {
        if (!CanHold(role, layers, shape))
        {
            return null;
        }

        var input = new Value(shape, type, new Trail(before, $"{role}: {shape}"), -1);
        IsDifferentiatedTwice = isDifferentiatedTwice;
        Embedding = null;
        Sides = sides.ToDictionary(static side => side.Name, StringComparer.Ordinal);
        return Class(role, (role, layers), input, around: null, endsBranch: false, GraphError.Model, module =>
        {
            foreach (var side in sides)
            {
                module.Sides.Take(side.Name);
            }

            return module.Layers(layers, module.Graph.Input, isBranch: false);
        });
    }

    /// <summary>
    /// A module class for a part: the existing one if the same part was built for the same input shape, otherwise a new one.
    /// </summary>
    /// <param name="name">The preferred name.</param>
    /// <param name="part">The part; equal parts compute the same result from the same input.</param>
    /// <param name="input">Its input.</param>
    /// <param name="around">The enclosing class, whose side tensors it can use; null for none.</param>
    /// <param name="endsBranch">Whether its last weight ends the branch of a residual.</param>
    /// <param name="origin">The layer that it belongs to.</param>
    /// <param name="build">Adds its layers and returns their result.</param>
    public ModuleGraph? Class(
        string name,
        object part,
        Value input,
        ModuleBuilder? around,
        bool endsBranch,
        int origin,
        Func<ModuleBuilder, Value?> build
    )
    {
        var key = (part, input.Shape, input.Type, around?.Sides.Shapes ?? default, endsBranch, IsDifferentiatedTwice);
        if (_built.TryGetValue(key, out var known))
        {
            return known;
        }

        // Equal parts share a class, so that only shapes which change with each repetition need so many, and each is a class to generate.
        if (_built.Count >= MaximumClasses)
        {
            Report(
                Rules.TooLarge,
                origin,
                null,
                name,
                $"the model needs more than {Count(MaximumClasses)} different module classes, such as a repeat makes whose shapes change "
                    + "each time"
            );
            return null;
        }

        var inner = new Value(input.Shape, input.Type, input.Trail, -1);
        var graph = new ModuleGraph(_classNames.Take(name), inner);
        var module = new ModuleBuilder(this, graph, around);
        var complete = module.Complete(build(module));
        _built[key] = complete;
        if (complete is not null)
        {
            Classes.Add(complete);
        }

        return complete;
    }

    /// <summary>Runs a layer's rule, and reports a size that overflows as an error of that layer.</summary>
    public Value? Run(LayerSpec spec, Func<Value?> build)
    {
        var before = Errors.Count;
        try
        {
            return build() is { } result && Fits(spec, "result", result.Shape) ? result : null;
        }
        catch (OverflowException)
        {
            if (Errors.Count == before)
            {
                Report(Rules.TooLarge, spec.Origin, null, spec.Layer.Word, "its size does not fit into 64 bits");
            }

            return null;
        }
    }

    /// <summary>Whether a layer's tensor is of a permitted size; reports it if not.</summary>
    public bool Fits(LayerSpec spec, string what, Shape shape) => Fits(spec.Origin, null, spec.Layer.Word, what, shape);

    private bool CanHold(string role, EquatableArray<LayerSpec> layers, Shape input)
    {
        if (Layer.CountLayers(layers) > MaximumLayers)
        {
            var largest = layers.OrderByDescending(static layer => Layer.CountLayers([layer])).First();
            Report(
                Rules.TooLarge,
                largest.Origin,
                null,
                $"the {role}",
                $"it has more than {Count(MaximumLayers)} layers, counting each repetition"
            );
            return false;
        }

        _residuals = Layer.CountResiduals(layers);
        return Fits(GraphError.Model, "data", "'data'", "shape", input);
    }

    private bool Fits(int origin, string? argument, string owner, string what, Shape shape)
    {
        if (shape.Axes.FirstOrDefault(static axis => axis.ToString().Length > MaximumFormula) is { } formula)
        {
            Report(
                Rules.TooLarge,
                origin,
                argument,
                owner,
                $"an axis of its {what} has too long a formula, {Excerpt.Of(formula.ToString())}"
            );
            return false;
        }

        // In floating point, because the count of a nonsensical shape may not fit into 64 bits.
        var count = shape.Axes.Aggregate(1.0, (product, axis) => product * axis.Evaluate(Data.Longest));
        if (count > MaximumElements)
        {
            Report(
                Rules.TooLarge,
                origin,
                argument,
                owner,
                $"its {what} {shape} has {count.ToString("0.#e+0", CultureInfo.InvariantCulture)} elements; the maximum is "
                    + $"{Count(MaximumElements)}"
            );
        }

        return count <= MaximumElements;
    }

    public void Report(Rule rule, int origin, string? argument, params string[] arguments) =>
        (rule.IsWarning ? Warnings : Errors).Add(
            new GraphError(rule, origin, argument, new EquatableArray<string>(arguments)) { Uses = new EquatableArray<BlockUse>(BlockUses) }
        );

    /// <summary>Warns of an output that is squashed where any number is wanted.</summary>
    /// <param name="graph">The class that gives it; null where it could not be built.</param>
    /// <param name="word">What takes it.</param>
    /// <param name="does">What that does with it; null where it takes it as it is.</param>
    public void WarnOfSquashing(ModuleGraph? graph, string word, string? does)
    {
        if (graph is not null && does is not null && OutputBounds.Of(graph) is { IsBounded: true } found)
        {
            Report(Rules.SquashedOutput, found.Origin, null, found.Label, found.Description, word, does);
        }
    }

    /// <summary>Warns of an output that cannot reach all values of a range.</summary>
    /// <param name="graph">The class that gives it; null where it could not be built.</param>
    /// <param name="range">The range.</param>
    /// <param name="sentence">What has that range, in words.</param>
    public void WarnOfRange(ModuleGraph? graph, Interval range, string sentence)
    {
        if (graph is not null && OutputBounds.Of(graph) is var found && !found.Bounds.Contains(range))
        {
            var fitting =
                range == new Interval(-1, 1) ? "end in 'tanh'"
                : range == new Interval(0, 1) ? "end in 'sigmoid'"
                : "remove it";
            Report(Rules.OutputRange, found.Origin, null, found.Label, found.Description, sentence, fitting);
        }
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>A token embedding, whose weight [vocabulary, width] other layers of the same class may share.</summary>
internal sealed record TokenEmbedding(Weight Weight, ModuleGraph Owner, long Width);

/// <summary>A layer whose result depends on the other samples of the batch, or on how often it has run.</summary>
internal sealed record WholeBatchLayer(int Origin, string Reason, bool NeedsSeveral, bool MixesSamples);

/// <summary>A layer that lets a position see later ones.</summary>
internal sealed record Lookahead(int Origin, string Word);
