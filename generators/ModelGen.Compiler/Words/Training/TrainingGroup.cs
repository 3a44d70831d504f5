using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Training;

/// <summary>The key <c>training</c>, which every trainable family has.</summary>
internal static class TrainingGroup
{
    /// <summary>The key of the optimizer.</summary>
    public static readonly WordParameter<Optimizer> Optimizer = new("optimizer", "how a step updates the weights") { IsRequired = true };

    /// <summary>The key of the run's length.</summary>
    public static readonly DurationParameter Duration = new("duration", "how long to train") { IsRequired = true };

    private const string Name = "training";

    private const string Batch = "batch";

    private const string Average = "average";

    private const string Validation = "validation";

    private const string EarlyStopping = "early-stopping";

    private static readonly WordParameter<Schedule> Schedule = new("schedule", "how the learning rate changes") { Absent = "constant" };

    private static readonly DurationParameter ValidateEvery = new("every", "how often") { Default = new Duration(250, "steps") };

    private static readonly DurationParameter SaveEvery = new("every", "how often") { IsMain = true, IsRequired = true };

    private static readonly IntegerParameter Keep = new(
        "keep",
        "how many of the newest checkpoints are kept; with more than one, another is left if one is damaged"
    )
    {
        Default = 2,
    };

    private static readonly GroupParameter Checkpoint = new(
        "checkpoint",
        "when the run is saved, so that it can be resumed from there",
        "CheckpointOptions",
        SaveEvery,
        Keep
    )
    {
        Absent = "only at the beginning and the end",
    };

    private static readonly IntegerParameter Accumulate = new(
        "accumulate",
        "in how many parts a batch is computed, one after another; more parts need less memory and give the same gradients except for "
            + "rounding, dropout and the balance of experts, which each part has for itself"
    )
    {
        Default = 1,
        Maximum = 1 << 20,
    };

    /// <summary>The group.</summary>
    /// <param name="samples">What a batch holds, in the plural.</param>
    /// <param name="whole">What the validation part is held out from.</param>
    /// <param name="metrics">The metrics of the objective on the validation data for which smaller is better, the loss first; empty if it
    /// has none.</param>
    /// <param name="heldOut">How much of it the validation part is unless the spec says so.</param>
    /// <param name="optionsRecord">The runtime options record that the group becomes.</param>
    /// <param name="more">The family's own keys.</param>
    public static GroupParameter Create(
        string samples,
        string whole,
        IReadOnlyList<string> metrics,
        string heldOut = "a tenth",
        string optionsRecord = "TrainingOptions",
        params Parameter[] more
    )
    {
        var isMeasured = metrics.Count > 0;
        Parameter[] keys =
        [
            Optimizer,
            Schedule,
            ParameterGroups.Rates,
            ParameterGroups.Unfreeze,
            new NumberParameter("clip-norm", "gradients with a larger norm, taken over all of them, are scaled down to it")
            {
                Range = Language.Range.Positive,
                Absent = "no limit",
            },
            new IntegerParameter(Batch, $"how many {samples} a step uses") { IsRequired = true, RuntimeName = "batch-size" },
            Accumulate,
            Duration,
            new MemoryParameter(
                "budget",
                "the most memory that the training may need, as estimated before it begins; .NET, libtorch and the data need more on top"
            )
            {
                Absent = "no limit",
            },
            new TimeParameter("max-time", "how long the run may take in one go; it is then saved and ended, and can be resumed")
            {
                Absent = "no limit",
            },
            new GroupParameter(
                Validation,
                isMeasured
                    ? $"how the model is evaluated on {whole} that it does not train on"
                    : $"how much of the {whole} is held out for metrics of the finished model",
                "ValidationOptions",
                [.. isMeasured ? Estimates : [], Fraction(whole, heldOut)]
            )
            {
                HasDefaults = true,
            },
            Checkpoint,
            new NumberParameter(
                Average,
                "the decay of a moving average of the weights, lower in the first steps; validation, samples and the finished model then "
                    + "use the average: Polyak and Juditsky 1992"
            )
            {
                Range = Language.Range.Fraction,
                Absent = "no average",
            },
            .. isMeasured ? Guards(metrics) : [],
        ];
        keys = [.. keys, .. more];
        return new GroupParameter(Name, "how the model is trained", optionsRecord, keys)
        {
            Problems = training => Problems(keys, training),
            Absent = "the class has no `Training`",
            Recipe = RecipeUse.Required,
        };
    }

    /// <summary>The group as families' examples write it.</summary>
    /// <param name="duration">How long to train.</param>
    /// <param name="interval">How often to save.</param>
    /// <param name="own">The lines specific to the family.</param>
    public static string Example(string duration, string interval, IReadOnlyList<string> own) =>
        string.Join(
            "\n  ",
            [
                "training:",
                "optimizer: { adamw: 1e-3 }",
                "schedule: { constant: { warmup: 10 steps } }",
                "clip-norm: 1.0",
                "batch: 4",
                "accumulate: 2",
                $"duration: {duration}",
                $"checkpoint: {{ every: {interval}, keep: 3 }}",
                "budget: 2 GB",
                "max-time: 2 hours",
                "average: 0.99",
                .. own,
            ]
        );

    private static Parameter[] Estimates =>
        [ValidateEvery, new IntegerParameter("batches", "how many batches each estimate uses; the final one uses all") { Default = 20 }];

    // The losses of an adversarial game oscillate by design, so it has none of these.
    private static Parameter[] Guards(IReadOnlyList<string> metrics) =>
        [
            new GroupParameter(
                EarlyStopping,
                "the run ends when it stops improving, with its best weights: Prechelt 1998",
                "EarlyStoppingOptions",
                [
                    new IntegerParameter("patience", "how many validations in a row may pass without an improvement")
                    {
                        IsMain = true,
                        IsRequired = true,
                    },
                    new NumberParameter("margin", "by how much a metric must be smaller than the best one to count as better")
                    {
                        Default = 0,
                        Range = Language.Range.NonNegative,
                    },
                    .. metrics.Skip(1).Any()
                        ? [new ChoiceParameter("metric", "the metric to watch", [.. metrics]) { Default = metrics[0] }]
                        : Array.Empty<Parameter>(),
                ]
            )
            {
                Absent = "the run continues to its end",
            },
            new GroupParameter(
                "rollback",
                "when a step's loss spikes, the run goes back to its last checkpoint and skips the batches from there to the spike: "
                    + "Chowdhery et al. 2022",
                "RollbackOptions",
                new NumberParameter(
                    "deviations",
                    "how many standard deviations, of the change from step to step, a loss must be above the mean of the previous ones to "
                        + "be a spike, both over some hundred steps"
                )
                {
                    IsMain = true,
                    IsRequired = true,
                    Range = Language.Range.Positive,
                },
                new IntegerParameter("limit", "how often the run may go back; the next spike ends it") { Default = 3 }
            )
            {
                Absent = "the run continues",
            },
        ];

    private static NumberParameter Fraction(string whole, string heldOut) =>
        new("fraction", $"the share of the {whole} that is held out, if the {whole} has no test part")
        {
            Absent = heldOut,
            Range = new Language.Range(0, 1, ExcludesMinimum: true, ExcludesMaximum: true),
        };

    /// <summary>What the memory of a training depends on.</summary>
    /// <param name="group">The group.</param>
    /// <param name="training">Its values.</param>
    /// <param name="groups">What each optimizer trains.</param>
    /// <param name="lossBytes">What the loss of a sample needs besides the model's activations.</param>
    /// <param name="weights">Which weights are trained.</param>
    public static TrainingSetup Setup(
        GroupParameter group,
        Arguments training,
        IReadOnlyList<OptimizerGroup> groups,
        long lossBytes,
        TrainedWeights weights
    ) =>
        new(
            (long)training.Value(Key(group, Batch))!,
            training.Get(Accumulate),
            training.Value(Key(group, Average)) is not null,
            lossBytes,
            [
                .. groups.Select(trained =>
                {
                    var parameters = trained
                        .Parts.SelectMany(static part => part.Parameters())
                        .SelectMany(each => weights.Of(each.Name, each.Entry).Select(entry => (each.Holder, Entry: entry)))
                        .ToList();
                    var (optimizer, arguments) = (trained.Optimizer.Definition, trained.Optimizer.Arguments);
                    return new TrainedGroup(
                        trained.Name,
                        optimizer.Word,
                        parameters.Sum(static parameter => parameter.Entry.Count),
                        parameters.Sum(parameter => optimizer.StateCount(arguments, parameter.Holder, parameter.Entry))
                    );
                }),
            ]
        )
        {
            Added = Weights(groups).SelectMany(each => weights.Added(each.Name)).Sum(static entry => entry.Count),
            Quantised = [.. Weights(groups).Where(each => weights.IsQuantised(each.Name)).Select(static each => each.Entry)],
        };

    private static IEnumerable<(string Name, Part Holder, StateEntry Entry)> Weights(IEnumerable<OptimizerGroup> groups) =>
        groups.SelectMany(static trained => trained.Parts).Distinct().SelectMany(static part => part.Parameters());

    /// <summary>Optimizers that have nothing to do.</summary>
    public static IEnumerable<Problem> IdleOptimizers(IEnumerable<OptimizerGroup> groups) =>
        from trained in groups
        let optimizer = trained.Optimizer.Definition
        let reason = trained.Parts.All(static part => part.ParameterCount == 0)
            ? ("no layer has weights to train", "add one that has, such as 'linear'")
        : optimizer.Idle(trained.Parts) is { } idle ? (idle, "use another optimizer")
        : default((string Why, string Remedy)?)
        where reason is not null
        select Problem.NoEffect(
            trained.Key,
            optimizer.Word,
            $"{reason.Value.Why} {(trained.Name.Length > 0 ? $"in the {trained.Name}" : "here")}; {reason.Value.Remedy}"
        );

    // Values of keys that others make ineffective.
    private static IEnumerable<Problem> Problems(IReadOnlyList<Parameter> keys, Arguments training)
    {
        var run = training.Get(Duration);
        if (training.TryGet(Schedule, out var schedule))
        {
            var (owner, peak) = LearningRates(Name, keys, training).OrderBy(static rate => rate.Value).First();
            foreach (var problem in schedule.Definition.Problems(schedule.Arguments, peak, owner, run))
            {
                yield return problem.Of(schedule.Definition).Inside(Schedule.Name);
            }
        }

        if (Group(EarlyStopping) is not null && Group(Validation)!.Get(ValidateEvery) is var interval && interval.Covers(run))
        {
            yield return Problem.NoEffect(
                EarlyStopping,
                $"{Name}.{EarlyStopping}",
                $"the model is evaluated every {interval} ('{Validation}.{ValidateEvery.Name}'), and the run ends after {run} "
                    + $"('{Duration.Name}')"
            );
        }

        if (
            training.TryGet(Checkpoint, out var checkpoint)
            && checkpoint.Get(SaveEvery) is var save
            && save.Covers(run)
            && save.Amount > run.Amount
        )
        {
            yield return Problem.NoEffect(
                Checkpoint.Name,
                $"{Name}.{Checkpoint.Name}",
                $"the run ends after {run} ('{Duration.Name}'), before the first checkpoint is due, and is saved at its beginning and end "
                    + "in any case"
            );
        }

        Arguments? Group(string name) => keys.FirstOrDefault(key => key.Name == name) is { } key ? (Arguments?)training.Value(key) : null;
    }

    // A key that has another summary in each family.
    private static Parameter Key(GroupParameter group, string name) => group.Parameters.Single(parameter => parameter.Name == name);

    // The learning rate of every optimizer, with its path.
    private static IEnumerable<(string Owner, double Value)> LearningRates(
        string path,
        IReadOnlyList<Parameter> keys,
        Arguments arguments
    ) =>
        keys.SelectMany(key =>
            arguments.Value(key) switch
            {
                Configured<Optimizer> optimizer => [($"{path}.{key.Name}", optimizer.Definition.LearningRate(optimizer.Arguments))],
                Arguments group when key.Form is GroupForm form => LearningRates($"{path}.{key.Name}", form.Parameters, group),
                _ => Array.Empty<(string, double)>(),
            }
        );

    /// <summary>
    /// Reports batches of one sample if a layer needs several, and parts of a batch that would give different gradients from the whole, or
    /// that outnumber its samples.
    /// </summary>
    public static void CheckBatch(Arguments arguments, GroupParameter group, GraphBuilder model)
    {
        if (!arguments.TryGet(group, out var training))
        {
            return;
        }

        var isGiven = training.TryGet((IntegerParameter)Key(group, Batch), out var batch);
        foreach (var layer in model.WholeBatchLayers.Where(layer => layer.NeedsSeveral && isGiven && batch == 1))
        {
            model.Report(
                Rules.Conflict,
                layer.Origin,
                null,
                $"{layer.Reason}, and 'batch: 1' gives it one sample, which has nothing to be compared with; make the batch larger or "
                    + "remove the layer"
            );
        }

        var parts = training.Get(Accumulate);
        if (parts == 1)
        {
            return;
        }

        foreach (var layer in model.WholeBatchLayers)
        {
            model.Report(
                Rules.Conflict,
                layer.Origin,
                null,
                FormattableString.Invariant(
                    $"{layer.Reason}, which 'accumulate: {parts}' would compute in parts, with different gradients; remove one of the two"
                )
            );
        }

        if (isGiven && parts > batch)
        {
            model.Report(
                Rules.Conflict,
                GraphError.Model,
                group.Name,
                FormattableString.Invariant($"'accumulate: {parts}' splits the batch into more parts than its {batch} samples; ")
                    + "make the batch larger or use fewer parts"
            );
        }
    }
}
