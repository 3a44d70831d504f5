using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Data;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class NetworkFamily()
    : ModelFamily(
        "network",
        "a plain network: layers from input to output, to use as a typed module, and to train if it has an objective",
        Data,
        DataSet,
        PlainInitialisation,
        Training,
        Data,
        WeightLayout.Key,
        ModelPrecision.Key,
        PlainInitialisation,
        Inputs,
        States,
        Outputs,
        Network,
        Goal,
        Metrics,
        Training
    )
{
    private const string DataSet = "SampleDataset";

    private static readonly WordParameter<DataKind> Data = new("data", "what one sample looks like") { IsRequired = true };

    private static readonly NamedShapesParameter Inputs = new(
        "inputs",
        "side inputs, which layers take with `from`: a mask, memory, a timestep. An axis whose length is known only at run time is a "
            + "symbol in capitals, with its maximum at its first use",
        "a side input"
    );

    private static readonly NamedShapesParameter States = new(
        "states",
        "tensors that come in, which layers take with `from`, and go out as a layer replaces them with `as`: the next call takes what this "
            + "one gives",
        "a state"
    );

    private static readonly NamesParameter Outputs = new(
        "outputs",
        "results returned besides the last one, by the names that `as` gives them; results that several layers give one name are added up",
        "an output"
    );

    private static readonly LayersParameter Network = new("network", "the layers") { IsRequired = true };

    private static readonly WordParameter<SupervisedObjective> Goal = new("objective", "what training minimises")
    {
        Absent = "the class has no `CreateObjective`",
        Allows = static goal => !goal.IsOfRecipes,
        Recipe = RecipeUse.Optional,
        InRecipes = new WordParameter<SupervisedObjective>("objective", "what training minimises")
        {
            Absent = "that of the model",
            Recipe = RecipeUse.Optional,
        },
    };

    private static readonly TypeParameter MetricsType = new("type", "the record, with its namespace", "ModelGen.Losses.SupervisedMetrics")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly NumbersParameter MetricsArguments = NumbersParameter.OfConstructor();

    private static readonly GroupParameter Metrics = new(
        "metrics",
        "metrics of your own, which validation reports besides the loss: a record that extends `ModelGen.Losses.SupervisedMetrics`",
        "",
        MetricsType,
        MetricsArguments
    )
    {
        Absent = "those of the objective alone",
    };

    private static readonly GroupParameter Training = TrainingGroup.Create("samples", "data", ["loss"]);

    public override string Example =>
        """
            model: Example
            family: network
            data: { tensor: [4, 3] }
            weights: { layout: modelgen, file: example.safetensors }
            precision: bfloat16
            initialiser: xavier-uniform
            inputs: { memory: [4, S <= 6] }
            states: { total: [4] }
            outputs: [features]
            network:
              - { concat: { axis: 1 }, from: [input, memory] }
              - { global-pool: average, as: features }
              - { add: , from: [features, total], as: total }
              - linear: 2
            """;

    public override IReadOnlyList<string> MoreExamples =>
        [
            """
                model: Example
                family: network
                data: { tensor: [4, 9] }
                network: [flatten, linear: 3]
                objective: { cross-entropy: { label-smoothing: 0.1 } }
                """
                + "\n"
                + TrainingGroup.Example(
                    "2 epochs",
                    "1k samples",
                    [
                        "rates: { linear: 0.5 }",
                        "unfreeze: { linear.bias: 10 steps }",
                        "validation: { every: 50 steps, batches: 2, fraction: 0.2 }",
                        "early-stopping: { patience: 4, margin: 0.01 }",
                        "rollback: { deviations: 6, limit: 2 }",
                    ]
                ),
            """
                model: Example
                family: network
                data: { tensor: [4, 9] }
                network: [flatten, linear: 3]
                objective: cross-entropy
                metrics: { type: ModelGen.Losses.TopAccuracy, arguments: [2] }
                """,
            """
                model: Example
                family: network
                data: { tokens: { context: 12, padding-token: <pad> } }
                network: [embed: 8, self-attention: 2, sequence-pool, linear: 3]
                objective: cross-entropy
                training: { optimizer: { adamw: 1e-3 }, clip-norm: 1, batch: 8, duration: 2k samples }
                """,
        ];

    public override string BaseClass => "Network";

    public override string RunClass => "NetworkRun";

    public override ModelSurface Surface(ModelGraph model)
    {
        var isText = model.Data.Vocabulary > 0;
        return base.Surface(model) with
        {
            InputCheck = "check-input",
            ReadFor = isText
                ? [new("create-tokenizer") { IsStatic = true, Known = "tokenizer" }, new(Tokens.ContextLength) { IsStatic = true }]
                : [new("input-shape")],
            InputType = model.Data.Type,
            Constants = isText ? Tokens.Constants(model.Data) : [],
            Members =
            [
                new LengthsMember("input-shape", Lengths(model, model.Root.Input)),
                .. model.Data.Range is { } range ? [new RangeMember("input-range", range.Low, range.High)] : Array.Empty<SurfaceMember>(),
                .. isText ? [new SizeMember("vocabulary-size", Tokens.VocabularySize)] : Array.Empty<SurfaceMember>(),
                .. model.Data.PaddingToken is null ? Array.Empty<SurfaceMember>() : [new SizeMember("padding-id", Tokens.PaddingTokenId)],
                new LengthsMember("output-shape", Lengths(model, model.Root.Output)),
            ],
            Objective = model.Spec.Arguments.TryGet(Goal, out var goal)
                ? Words.Objective.Member(goal, DataSet, isAskedFor: false) with
                {
                    Metrics = model.Spec.Arguments.TryGet(Metrics, out var metrics)
                        ? new OwnRecord(metrics.Get(MetricsType), metrics.Get(MetricsArguments))
                        : null,
                }
                : null,
            Tokenizer = isText ? Tokens.TokenizerMember(model.Spec.Arguments.Get(Data).Arguments, isAskedFor: false) : null,
        };
    }

    // Texts are counted, not their tokens, since a batch has more of these or less.
    protected override string Unit(DataKind data) => data is Tokens ? "samples" : data.Unit;

    protected override bool CanBuild(Arguments arguments) => arguments.TryGet(Network, out _);

    protected override DataShape Shape(Configured<DataKind> kind, Arguments arguments)
    {
        var data = base.Shape(kind, arguments);
        var own = Axes(arguments)
            .Where(static axis => axis is { Symbol: not null, Length: not null })
            .Select(static axis => new Symbol(axis.Symbol!, axis.Length!.Value));
        return data with
        {
            Symbols = new EquatableArray<Symbol>(
                data.Symbols.Concat(own).GroupBy(static symbol => symbol.Name).Select(static same => same.First())
            ),
        };
    }

    protected override ModuleGraph? BuildRoot(GraphBuilder model, ModelSpec spec)
    {
        var sides = Sides(spec.Arguments).ToList();
        model.UnreadSides = [.. sides.Where(static side => side.Shape is { Rank: 0 }).Select(static side => side.Name)];
        sides.RemoveAll(static side => side.Shape is { Rank: 0 });
        var root =
            CheckNames(model, sides) && CheckSymbols(model, spec.Arguments)
                ? model.Build(Network.Name, spec.Name, spec.Arguments.Get(Network), sides)
                : null;
        if (spec.Arguments.TryGet(Goal, out var goal))
        {
            CheckGoal(model, goal, sides, root?.Output);
            model.WarnOfSquashing(
                root is null || Wanted(goal.Definition, root.Output.Shape) is not null ? null : root,
                goal.Definition.Word,
                goal.Definition.OfLogits
            );
        }
        else if (!spec.Arguments.Unread.Contains(Goal.Name))
        {
            foreach (var (key, use) in new[] { (Training, "which it minimises"), (Metrics, "whose validation reports them") })
            {
                if (spec.Arguments.TryGet(key, out _))
                {
                    model.Report(Rules.Conflict, GraphError.Model, key.Name, $"'{key.Name}' needs an '{Goal.Name}', {use}");
                }
            }
        }

        return root;
    }

    private static void CheckGoal(GraphBuilder model, Configured<SupervisedObjective> goal, IReadOnlyList<Side> sides, Value? output)
    {
        if (sides.Count > 0)
        {
            model.Report(
                Rules.Conflict,
                GraphError.Model,
                Goal.Name,
                $"'{Goal.Name}' is for networks of one tensor in and one out, and this one has '{sides[0].Key}'; remove one of the two"
            );
        }
        else if (output is not null && Wanted(goal.Definition, output.Shape) is { } wanted)
        {
            model.Report(
                Rules.OutputShape,
                output.Origin,
                null,
                "the network",
                output.Description,
                $"a network with '{goal.Definition.Word}'",
                wanted,
                output.Trail.ToString()
            );
        }
        else if (output is not null && goal.Definition.Misfit(goal.Arguments, output.Shape) is { } misfit)
        {
            model.Report(Rules.Conflict, GraphError.Model, Goal.Name, misfit);
        }
    }

    // What is predicted for a whole text has a length that does not depend on the text's.
    private static string? Wanted(SupervisedObjective goal, Shape output) =>
        goal.IsOfTokens || output.Axes.All(static axis => axis.Constant is not null)
            ? goal.Wanted(output)
            : "a result for a whole text, as a 'sequence-pool' before its last layers gives";

    private static IEnumerable<Side> Sides(Arguments arguments) =>
        [
            .. Shapes(arguments, Inputs).Select(static input => new Side(Inputs.Name, input.Name, SideRole.Input, Shape(input))),
            .. Shapes(arguments, States).Select(static state => new Side(States.Name, state.Name, SideRole.State, Shape(state))),
            .. arguments.TryGet(Outputs, out var names)
                ? names.Select(static name => new Side(Outputs.Name, name, SideRole.Output, null))
                : [],
        ];

    private static EquatableArray<NamedShape> Shapes(Arguments arguments, NamedShapesParameter key) =>
        arguments.TryGet(key, out var shapes) ? shapes : default;

    private static Shape Shape(NamedShape named) =>
        new(new EquatableArray<Dim>(named.Axes.Select(static axis => axis.Symbol is { } symbol ? Dim.Symbol(symbol) : axis.Length!.Value)));

    private static IEnumerable<AxisLength> Axes(Arguments arguments) =>
        Shapes(arguments, Inputs).Concat(Shapes(arguments, States)).SelectMany(static named => named.Axes);

    // 'from' could not tell two of one name apart.
    private static bool CheckNames(GraphBuilder model, IReadOnlyList<Side> sides)
    {
        var derived = new[]
        {
            (Name: SideTensors.PresenceName, IsThere: model.Data.PaddingToken is not null, Tells: "padding from other tokens"),
            (Name: SideTensors.DocumentsName, IsThere: model.Data.KeepsDocumentsApart, Tells: "documents from each other"),
        };
        foreach (var (name, _, tells) in derived.Where(static tensor => tensor.IsThere))
        {
            if (sides.FirstOrDefault(side => side.Name == name) is { } taken)
            {
                model.Report(Rules.Conflict, GraphError.Model, taken.Key, $"'{name}' is the name of what tells {tells}; rename this one");
                return false;
            }
        }

        var twice = sides.GroupBy(static side => side.Name).FirstOrDefault(static same => same.Count() > 1);
        if (twice is not null)
        {
            model.Report(
                Rules.Conflict,
                GraphError.Model,
                twice.Last().Key,
                $"'{twice.First().Key}' and '{twice.Last().Key}' both have the name '{twice.Key}'; rename one of them"
            );
        }

        return twice is null;
    }

    // Each symbol is given its maximum length once.
    private static bool CheckSymbols(GraphBuilder model, Arguments arguments)
    {
        var known = new HashSet<string>(
            model.Data.Shape.Axes.Where(static axis => axis.Constant is null).Select(static axis => axis.ToString())
        );
        foreach (
            var (key, named) in Shapes(arguments, Inputs)
                .Select(static named => (Inputs.Name, named))
                .Concat(Shapes(arguments, States).Select(static named => (States.Name, named)))
        )
        {
            foreach (var axis in named.Axes.Where(static axis => axis.Symbol is not null))
            {
                if (known.Add(axis.Symbol!) == axis.Length is not null)
                {
                    continue;
                }

                if (axis.Length is null)
                {
                    model.Report(
                        Rules.WrongType,
                        GraphError.Model,
                        key,
                        $"{key}.{named.Name}",
                        $"the largest length of its axis {axis.Symbol}, as in '{axis.Symbol} <= 128'",
                        $"'{axis.Symbol}' alone"
                    );
                }
                else
                {
                    model.Report(
                        Rules.Conflict,
                        GraphError.Model,
                        key,
                        $"'{key}.{named.Name}' gives the largest length of {axis.Symbol}, which is already known; write '{axis.Symbol}' "
                            + "alone, or another symbol"
                    );
                }

                return false;
            }
        }

        return true;
    }

    // Lengths known only at run time are written as the negative of their maximum.
    private static IReadOnlyList<long> Lengths(ModelGraph model, Value value) =>
        [.. value.Shape.Axes.Select(axis => axis.Constant ?? -axis.Evaluate(model.Data.Longest))];
}
