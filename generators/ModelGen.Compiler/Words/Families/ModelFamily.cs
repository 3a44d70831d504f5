using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The steps by which every family turns a spec into a model; each family adds only what is specific to it.</summary>
/// <param name="word">The family.</param>
/// <param name="summary">What it is.</param>
/// <param name="data">The key of its data.</param>
/// <param name="dataSet">The runtime's data set that it learns from.</param>
/// <param name="initialisation">The key of its initialiser.</param>
/// <param name="training">The key of its training.</param>
/// <param name="parameters">All its keys, including these and <see cref="ModelPrecision.Key"/>.</param>
internal abstract class ModelFamily(
    string word,
    string summary,
    WordParameter<DataKind> data,
    string dataSet,
    WordParameter<Initialiser> initialisation,
    GroupParameter training,
    params Parameter[] parameters
) : Family(word, summary, parameters)
{
    /// <summary>How weights are initialised in families without a default of their own.</summary>
    protected static readonly WordParameter<Initialiser> PlainInitialisation = Initialiser.OfModel("PyTorch's default for each layer");

    protected override IReadOnlyList<Parameter> OwnRecipeParameters
    {
        get
        {
            string[] dataSets =
            [
                dataSet,
                .. Parameters
                    .SelectMany(static key => (key.InRecipes ?? key).AllowedWords)
                    .OfType<Objective>()
                    .SelectMany(static objective => objective.DataSets),
            ];
            var source = DataSource.Key(data, dataSets);
            return [.. source.AllowedWords.Count > 0 ? new Parameter[] { source } : [], .. FineTuning.Keys];
        }
    }

    public sealed override IReadOnlyList<string> DataSets(Arguments arguments) =>
        Goal(arguments) is { DataSets: { Count: > 0 } own } ? own : [dataSet];

    public sealed override ModelGraph? Build(ModelSpec spec, List<GraphError> errors)
    {
        var arguments = spec.Arguments;
        if (!arguments.TryGet(data, out var kind) || !CanBuild(arguments))
        {
            return null;
        }

        var shape = Shape(kind, arguments);
        var isGiven = arguments.TryGet(initialisation, out var initialiser);
        var model = isGiven ? new GraphBuilder(shape, initialiser, null) : Builder(shape);
        var root = BuildRoot(model, spec);

        // A missing role may be the one whose weights it initialises.
        if (root is not null && isGiven && !model.UsesInitialiser && !model.IsIncomplete && model.Errors.Count == 0)
        {
            model.Report(Rules.UnusedConstant, GraphError.Model, initialisation.Name, initialisation.Name);
        }

        if (root is not null && !model.IsIncomplete && model.Errors.Count == 0 && kind.Definition.Unheeded(model) is { } unheeded)
        {
            model.Report(Rules.Conflict, GraphError.Model, data.Name, unheeded);
        }

        TrainingGroup.CheckBatch(arguments, training, model);
        errors.AddRange(model.Errors);
        CheckUnits(arguments, Goal(arguments)?.Unit ?? Unit(kind.Definition), errors);
        errors.AddRange(Problems(arguments).Select(Error));
        if (root is not null && errors.Count == 0 && !model.IsIncomplete && arguments.TryGet(training, out var options))
        {
            errors.AddRange(
                TrainingGroup.IdleOptimizers(OptimizerGroups(options, root.Parts)).Select(problem => Error(problem.Inside(training.Name)))
            );
        }

        var isComplete = root is not null && spec.IsComplete && !model.IsIncomplete && errors.Count == 0;
        var weights = isComplete && Parameters.Contains(WeightLayout.Key) ? WeightLayout.Read(root!, arguments, errors) : null;
        isComplete &= errors.Count == 0;
        errors.AddRange(model.Warnings);
        if (!isComplete)
        {
            return null;
        }

        var graph = new ModelGraph(spec, shape, root!, model.Classes, model.BatchSplit, arguments.Get(ModelPrecision.Key))
        {
            IsCausal = model.Lookaheads.Count == 0,
            Decoder = NextTokens(root!, model),
            Phases = Phases(root!, arguments),
            Weights = weights,
            Tokenizer = kind.Definition.NamedTokenizer(data.Name, kind.Arguments),
        };
        var ofGroups = ParameterGroups.Problems(graph).ToList();
        errors.AddRange(ofGroups);
        return ofGroups.Count == 0 ? graph : null;
    }

    public sealed override TrainingSetup? Setup(ModelGraph model, TrainedWeights? trained = null) =>
        model.Spec.Arguments.TryGet(training, out var options)
            ? TrainingGroup.Setup(
                training,
                options,
                [.. OptimizerGroups(options, model.Root.Parts)],
                LossBytes(model),
                trained ?? TrainedWeights.All
            ) with
            {
                RowsPerSample = Objective.In(model.Spec.Arguments) is { } goal
                    ? ((Objective)goal.Definition).RowsPerSample(goal.Arguments)
                    : 1,
            }
            : null;

    public override ModelSurface Surface(ModelGraph model) =>
        new(BaseClass)
        {
            Options = model.Spec.Arguments.TryGet(training, out var options)
                ?
                [
                    new OptionGroup("How the spec says to train it.", training, options)
                    {
                        Switches = ModelPrecision.Switches(model.Precision),
                    },
                ]
                : [],
        };

    /// <summary>Whether there is anything to build; what is missing has been reported.</summary>
    protected virtual bool CanBuild(Arguments arguments) => true;

    /// <summary>The data as the network sees it, with every length of the model that is known only at run time.</summary>
    protected virtual DataShape Shape(Configured<DataKind> kind, Arguments arguments) => kind.Definition.Shape(kind.Arguments);

    /// <summary>The class of a complete model that gives the scores of the next token from those so far; null where none does.</summary>
    protected virtual ModuleGraph? NextTokens(ModuleGraph root, GraphBuilder model) => null;

    /// <summary>The parts of a training step; one in which every role is computed once, unless the family trains several in turn.</summary>
    /// <param name="root">The model's own class, complete.</param>
    /// <param name="arguments">The values of the family's keys.</param>
    protected virtual IReadOnlyList<TrainingPhase> Phases(ModuleGraph root, Arguments arguments) =>
        [new("", root.Operations.Count > 0 ? [root] : [.. root.Parts.SelectMany(static part => part.Elements)])];

    /// <summary>What the loss of a sample of the longest length needs besides the model's activations.</summary>
    /// <param name="model">The complete model.</param>
    protected virtual long LossBytes(ModelGraph model) => 0;

    /// <summary>The unit, besides steps and epochs, that training lengths may be given in.</summary>
    protected virtual string Unit(DataKind data) => data.Unit;

    /// <summary>The builder of a model whose spec has no initialiser.</summary>
    protected virtual GraphBuilder Builder(DataShape data) => new(data, null, null);

    /// <summary>The groups that have their own optimizer: the whole model, unless the family has several optimizers.</summary>
    /// <param name="options">The training options.</param>
    /// <param name="parts">The parts of the model's own class.</param>
    private protected virtual IEnumerable<OptimizerGroup> OptimizerGroups(Arguments options, IReadOnlyList<Part> parts) =>
        [new("", TrainingGroup.Optimizer.Name, options.Get(TrainingGroup.Optimizer), parts)];

    /// <summary>Builds and checks the model's own class, as far as the spec has its layers; null if anything is missing.</summary>
    protected abstract ModuleGraph? BuildRoot(GraphBuilder model, ModelSpec spec);

    // What training minimises; null where the values do not say it.
    private static Objective? Goal(Arguments arguments) => (Objective?)Objective.In(arguments)?.Definition;

    private static GraphError Error(Problem problem) => new(problem.Rule, GraphError.Model, problem.Place, problem.Arguments);

    // Reports a training length in a unit that the data does not have.
    private void CheckUnits(Arguments arguments, string unit, List<GraphError> errors)
    {
        foreach (var parameter in Parameters)
        {
            if (Duration.Misfit(Arguments.Select([parameter], arguments), unit) is { } misfit)
            {
                errors.Add(
                    new GraphError(
                        Rules.Conflict,
                        GraphError.Model,
                        parameter.Name,
                        new EquatableArray<string>([
                            $"'{parameter.Name}' has a length of '{misfit}', but the data are {unit}; count it in steps, epochs or {unit}",
                        ])
                    )
                );
            }
        }
    }
}
