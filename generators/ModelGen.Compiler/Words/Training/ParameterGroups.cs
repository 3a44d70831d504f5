using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Training;

/// <summary>
/// The keys of a training for weights that learn faster or slower than the others, or later (Howard and Ruder 2018, "Universal language
/// model fine-tuning for text classification", sections 3.2 and 3.3).
/// </summary>
internal static class ParameterGroups
{
    /// <summary>How fast some weights learn.</summary>
    public static readonly TextNumbersParameter Rates = new(
        "rates",
        "what the learning rate is multiplied by for some weights, by patterns of names in the model's state: a name, all below it, and "
            + "`*` for any letters of one part, as in `blocks.*.self_attention`: Howard and Ruder 2018",
        Language.Range.Positive
    )
    {
        Absent = "1 for all",
    };

    /// <summary>When some weights begin to learn.</summary>
    public static readonly TextDurationsParameter Unfreeze = new(
        "unfreeze",
        "after how much of the training some weights begin to learn, by such patterns; until then they stay as they are: Howard and Ruder "
            + "2018"
    )
    {
        Absent = "all learn from the beginning",
    };

    /// <summary>What is wrong with the keys for a model.</summary>
    /// <param name="model">The model, with the training.</param>
    public static IEnumerable<GraphError> Problems(ModelGraph model)
    {
        if (Written(model) is not { } training)
        {
            return [];
        }

        var weights = model.Root.WeightNames();
        var errors = training
            .Patterns.SelectMany(key =>
                key.Patterns.SelectMany(pattern =>
                        StatePatterns.Unmatched(training.Place(key.Key, pattern), [pattern], weights, "weight", model)
                    )
                    .Concat(weights.Select(name => Contested(training, key.Key, key.Patterns, name)).OfType<GraphError>().Take(1))
            )
            .Concat(training.NeverReached())
            .ToList();
        return errors.Count > 0 ? errors : [.. Idle(training, model, TrainedWeights.All)];
    }

    /// <summary>What is wrong with the keys for a model of which only some weights are trained.</summary>
    /// <param name="model">The model, for which the keys alone are right.</param>
    /// <param name="trained">The weights.</param>
    /// <param name="why">The key that leaves the others as they are.</param>
    /// <param name="isInPlace">Whether what is trained stands beside weights that stay as they are, so that a name may cover both.</param>
    public static IEnumerable<GraphError> Problems(ModelGraph model, TrainedWeights trained, Parameter why, bool isInPlace)
    {
        if (Written(model) is not { } training)
        {
            return [];
        }

        var weights = model.Root.WeightNames();
        var errors =
            from key in training.Patterns
            from pattern in key.Patterns
            where !isInPlace || !weights.Any(name => Reaches(pattern, name, trained))
            from name in weights.Where(name => !trained.IsTrained(name) && StatePattern.Covers(pattern, name)).Take(1)
            select Conflict(
                training.Place(key.Key, pattern),
                $"'{name}' is under '{key.Key.Name}', but '{why.Name}' leaves it as it is; leave one of the two out"
            );
        var found = errors.ToList();
        return found.Count > 0 ? found : [.. Idle(training, model, trained)];
    }

    /// <summary>The same weights, with how fast they learn and from when on.</summary>
    /// <param name="model">The model, with the training.</param>
    /// <param name="trained">Which of its weights are trained.</param>
    public static TrainedWeights Of(ModelGraph model, TrainedWeights trained) =>
        Written(model) is not { } training
            ? trained
            : trained with
            {
                Rate = name => training.Rates.FirstOrDefault(each => Reaches(each.Text, name, trained))?.Number ?? 1,
                Start = name => training.Unfreeze.FirstOrDefault(each => Reaches(each.Text, name, trained))?.Duration,
            };

    // Where networks are trained against each other, each needs something to train in the first step.
    private static IEnumerable<GraphError> Idle(Keys training, ModelGraph model, TrainedWeights trained)
    {
        bool LearnsLater(string name) => training.Unfreeze.Any(each => Reaches(each.Text, name, trained));
        var atFirst = new TrainedWeights(
            name => trained.IsTrained(name) && !LearnsLater(name),
            name => LearnsLater(name) ? [] : trained.Added(name)
        );
        return Family.Of(model.Spec).Setup(model, atFirst)?.Groups.FirstOrDefault(static group => group.Parameters == 0) is { } idle
            ?
            [
                Conflict(
                    training.Place(Unfreeze),
                    $"nothing learns at the beginning in {(idle.Name.Length > 0 ? $"the {idle.Name} of " : "")}'{model.Spec.Name}'; leave "
                        + $"some of its weights out of '{Unfreeze.Name}'"
                ),
            ]
            : [];
    }

    // Whether a pattern covers a weight that is trained, or what is trained in its place: that stands below its layer.
    private static bool Reaches(string pattern, string name, TrainedWeights trained) =>
        trained.IsTrained(name)
            ? StatePattern.Covers(pattern, name)
            : trained.Added(name).Count > 0 && StatePattern.Covers(pattern, name.Substring(0, name.LastIndexOf('.')));

    private static GraphError? Contested(Keys training, Parameter key, IReadOnlyList<string> patterns, string name)
    {
        var covering = patterns.Where(pattern => StatePattern.Covers(pattern, name)).ToList();
        return covering.Count < 2
            ? null
            : Conflict(
                training.Place(key, covering[1]),
                $"'{covering[0]}' and '{covering[1]}' under '{key.Name}' both cover '{name}'; name each weight once"
            );
    }

    private static GraphError Conflict(string place, string sentence) =>
        new(Rules.Conflict, GraphError.Model, place, new EquatableArray<string>([sentence]));

    // The training of a model, if it has one of the keys.
    private static Keys? Written(ModelGraph model)
    {
        var arguments = model.Spec.Arguments;
        return
            Family.Of(model.Spec).Parameters.OfType<GroupParameter>().FirstOrDefault(static group => group.Parameters.Contains(Rates))
                is { } key
            && arguments.TryGet(key, out var training)
            && (training.Value(Rates) ?? training.Value(Unfreeze)) is not null
            ? new Keys(key, training)
            : null;
    }

    private sealed class Keys(GroupParameter group, Arguments training)
    {
        public EquatableArray<TextNumber> Rates => training.TryGet(ParameterGroups.Rates, out var rates) ? rates : default;

        public EquatableArray<TextDuration> Unfreeze => training.TryGet(ParameterGroups.Unfreeze, out var lengths) ? lengths : default;

        public IEnumerable<(Parameter Key, IReadOnlyList<string> Patterns)> Patterns =>
            [
                (ParameterGroups.Rates, [.. Rates.Select(static each => each.Text)]),
                (ParameterGroups.Unfreeze, [.. Unfreeze.Select(static each => each.Text)]),
            ];

        public string Place(Parameter key, string? pattern = null) =>
            pattern is null ? $"{group.Name}.{key.Name}" : $"{group.Name}.{key.Name}.{pattern}";

        public IEnumerable<GraphError> NeverReached()
        {
            var run = training.Get(TrainingGroup.Duration);
            return Unfreeze
                .Where(each => each.Duration.Covers(run))
                .Select(each =>
                    Conflict(
                        Place(ParameterGroups.Unfreeze, each.Text),
                        $"'{each.Text}' would begin to learn after {each.Duration}, but the run ends after {run} "
                            + $"('{TrainingGroup.Duration.Name}')"
                    )
                );
        }
    }
}
