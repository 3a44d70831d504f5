using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Starts;

namespace ModelGen.Compiler.Words.Training;

/// <summary>The keys of recipes that train a model further: where its weights are from, and which of them are trained.</summary>
internal static class FineTuning
{
    private static readonly WordParameter<StartPoint> Start = new("start", "the weights that the training starts from")
    {
        Recipe = RecipeUse.Own,
        Absent = "those of a new model",
    };

    private static readonly TextsParameter Frozen = new(
        "weights",
        "patterns of names in the model's state: a name, all below it, and `*` for any letters of one part, as in `blocks.*.self_attention`"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly GroupParameter Freeze = new("freeze", "the weights that are not trained", "", Frozen)
    {
        Recipe = RecipeUse.Own,
        Absent = "none",
    };

    private static readonly WordParameter<Adapter> Adapt = new(
        "adapt",
        "what is trained in place of all the model's weights: a small change of each of some"
    )
    {
        Recipe = RecipeUse.Own,
        RuntimeName = "adapter",
        Absent = "the weights themselves",
    };

    // What the keys become together.
    private static readonly TextsParameter FrozenNames = new("freeze", Freeze.Summary);

    private static readonly GroupParameter Options = new("fine-tuning", "", "FineTuning", Start, FrozenNames, Adapt);

    /// <summary>The keys of a recipe.</summary>
    public static IReadOnlyList<Parameter> Keys { get; } = [Start, Freeze, Adapt];

    /// <summary>The keys as options of the recipe's class; null where it has none of them.</summary>
    public static OptionGroup? Read(Arguments arguments)
    {
        var values = new Dictionary<Parameter, object?>();
        foreach (var key in new Parameter[] { Start, Adapt })
        {
            values[key] = arguments.Value(key);
        }

        values[FrozenNames] = arguments.TryGet(Freeze, out var frozen) ? frozen.Get(Frozen) : null;
        return values.Values.All(static value => value is null)
            ? null
            : new OptionGroup(
                "What the training starts from, and which weights it changes.",
                Options,
                Arguments.Of(Options.Parameters, values)
            );
    }

    /// <summary>The folder of the run that a recipe starts from; null for none.</summary>
    public static string? StartRun(Arguments arguments) =>
        arguments.TryGet(Start, out var start) && start.Definition is RunStart
            ? start.Arguments.Value(start.Definition.Main!) as string
            : null;

    /// <summary>Which weights of a model are trained; null for all.</summary>
    /// <param name="arguments">The recipe's values.</param>
    /// <param name="model">The model, which they fit.</param>
    public static TrainedWeights? Trained(Arguments arguments, ModelGraph model)
    {
        if (arguments.TryGet(Freeze, out var freeze))
        {
            var frozen = freeze.Get(Frozen);
            return new TrainedWeights(name => !Covers(frozen, name), static _ => []);
        }

        if (!arguments.TryGet(Adapt, out var adapt))
        {
            return null;
        }

        var also = adapt.Arguments.TryGet(Adapter.AlsoTrain, out var patterns) ? patterns : default;
        var adapted = Adapted(adapt, model).ToDictionary(static layer => layer.Weight.Name, static layer => layer.Weight);
        return new TrainedWeights(
            name => Covers(also, name) && !adapted.ContainsKey(name),
            name => adapted.TryGetValue(name, out var weight) ? adapt.Definition.Trained(adapt.Arguments, weight) : []
        )
        {
            IsQuantised = name => Adapter.IsQuantised(adapt.Arguments) && adapted.ContainsKey(name),
        };
    }

    /// <summary>What is wrong with the keys for a model.</summary>
    /// <param name="arguments">The recipe's values.</param>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<GraphError> Problems(Arguments arguments, ModelGraph model)
    {
        if (Keys.All(key => arguments.Value(key) is null))
        {
            return [];
        }

        var problems = Misfits(arguments, model).ToList();
        if (problems.Count > 0 || Trained(arguments, model) is not { } trained)
        {
            return problems;
        }

        // Where networks are trained against each other, each needs something to train.
        var isAdapted = arguments.TryGet(Adapt, out _);
        Parameter why = isAdapted ? Adapt : Freeze;
        var setup = Family.Of(model.Spec).Setup(model, trained);
        return setup?.Groups.FirstOrDefault(static group => group.Parameters == 0) is { } idle
            ? [Conflict(why, $"nothing is left to train in {(idle.Name.Length > 0 ? $"the {idle.Name} of " : "")}'{model.Spec.Name}'")]
            : [.. ParameterGroups.Problems(model, trained, why, isInPlace: isAdapted)];
    }

    private static IEnumerable<GraphError> Misfits(Arguments arguments, ModelGraph model)
    {
        var weights = model.Root.WeightNames();
        if (arguments.TryGet(Start, out var start) && start.Definition.NeedsLayout && model.Weights is null)
        {
            yield return Conflict(
                Start,
                $"'{start.Definition.Word}' needs to know how files name the weights of '{model.Spec.Name}'; say so in its spec, as in "
                    + "'weights: { layout: modelgen }'"
            );
        }

        if (start is not null && start.Arguments.TryGet(StartPoint.New, out var drawn))
        {
            foreach (
                var problem in StatePatterns.Unmatched(
                    $"{Start.Name}.{start.Definition.Word}.{StartPoint.New.Name}",
                    drawn,
                    weights,
                    "weight",
                    model
                )
            )
            {
                yield return problem;
            }

            if (weights.All(name => Covers(drawn, name)))
            {
                yield return Conflict(
                    Start,
                    $"all weights of '{model.Spec.Name}' are under '{StartPoint.New.Name}', so that none is taken from the "
                        + $"'{start.Definition.Word}'; leave '{Start.Name}' out"
                );
            }
        }

        if (arguments.TryGet(Freeze, out var freeze))
        {
            var frozen = freeze.Get(Frozen);
            foreach (var problem in StatePatterns.Unmatched(Freeze.Name, frozen, weights, "weight", model))
            {
                yield return problem;
            }

            if (arguments.TryGet(Adapt, out _))
            {
                yield return Conflict(
                    Freeze,
                    $"with '{Adapt.Name}' all weights are frozen but those under its '{Adapter.AlsoTrain.Name}'; leave '{Freeze.Name}' out"
                );
            }
        }

        if (!arguments.TryGet(Adapt, out var adapt))
        {
            yield break;
        }

        if (
            adapt.Arguments.Get(Adapter.Dropout) > 0
            && Objective.In(model.Spec.Arguments)?.Definition is Objective { HasDropout: false } objective
        )
        {
            yield return Conflict(
                Adapt,
                $"'{Adapter.Dropout.Name}' has no effect with '{objective.Word}', which compares the model with what it was before and so "
                    + "trains it without dropout; leave it out"
            );
        }

        if (model.Precision != Precision.Full)
        {
            yield return Conflict(
                Adapt,
                $"an adapter needs layers that multiply in {Precision.Full}, and '{model.Spec.Name}' has 'precision: {model.Precision}'"
            );
        }

        var layers = Layers(model.Root).ToList();
        var on = adapt.Arguments.TryGet(Adapter.On, out var written) ? written : default;
        foreach (
            var problem in StatePatterns.Unmatched(
                $"{Adapt.Name}.{adapt.Definition.Word}.{Adapter.On.Name}",
                on,
                [.. layers.Select(static layer => layer.Name)],
                "linear layer",
                model
            )
        )
        {
            yield return problem;
        }

        if (adapt.Arguments.TryGet(Adapter.AlsoTrain, out var also))
        {
            foreach (
                var problem in StatePatterns.Unmatched(
                    $"{Adapt.Name}.{adapt.Definition.Word}.{Adapter.AlsoTrain.Name}",
                    also,
                    weights,
                    "weight",
                    model
                )
            )
            {
                yield return problem;
            }
        }

        if (Adapter.IsQuantised(adapt.Arguments) && layers.Count == 0)
        {
            yield return Conflict(
                Adapt,
                $"'{Adapter.Base.Name}' has no effect, because '{model.Spec.Name}' has no linear layer to adapt; leave it out"
            );
        }

        foreach (var layer in Adapted(adapt, model))
        {
            if (Adapter.Misfit(adapt.Arguments, layer.Weight) is { } misfit)
            {
                yield return Conflict(Adapt, misfit);
                yield break;
            }
        }
    }

    // The linear layers that are adapted.
    private static IEnumerable<(string Name, StateEntry Weight)> Adapted(Configured<Adapter> adapt, ModelGraph model) =>
        Layers(model.Root).Where(layer => !adapt.Arguments.TryGet(Adapter.On, out var on) || Covers(on, layer.Name));

    private static bool Covers(EquatableArray<string> patterns, string name) => patterns.Any(pattern => StatePattern.Covers(pattern, name));

    // The linear layers of a model with the weights that adapters change, under their full names.
    private static IEnumerable<(string Name, StateEntry Weight)> Layers(ModuleGraph graph) =>
        from weight in graph.Parts.SelectMany(static part => part.Parameters())
        where weight.Holder.Op is Linear && weight.Entry == weight.Holder.State[0]
        select (weight.Name.Substring(0, weight.Name.LastIndexOf('.')), weight.Entry with { Name = weight.Name });

    private static GraphError Conflict(Parameter key, string sentence) =>
        new(Rules.Conflict, GraphError.Model, key.Name, new EquatableArray<string>([sentence]));
}
