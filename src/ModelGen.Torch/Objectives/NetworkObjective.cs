using System.Text.Json.Nodes;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>Training of a network to predict each sample's target, or scores for its class.</summary>
/// <remarks>
/// Validation reports the mean of a <see cref="SupervisedLoss"/> over the samples and that one's metrics, such as <c>accuracy</c>.
/// </remarks>
public abstract class NetworkObjective : Objective
{
    private readonly Network _model;
    private readonly SampleDataset _data;
    private readonly SupervisedMetrics? _metrics;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The samples to learn from, with labels if the loss is for classes, otherwise with targets; on the model's
    /// device.</param>
    /// <param name="loss">What validation measures.</param>
    /// <param name="metrics">What validation reports besides the loss and its own metrics; null for nothing.</param>
    /// <exception cref="ModelGenException">The samples differ from the model in shape or range of values, do not have the labels or
    /// targets that it learns to predict, or have labels that occur once each and no samples of their own to validate on.</exception>
    private protected NetworkObjective(Network model, SampleDataset data, SupervisedLoss loss, SupervisedMetrics? metrics)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(loss);
        data.CheckReadable(model.GetName(), model.VocabularySize, model.InputShape is [var most] ? -most : 0, model.PaddingId);
        if (data.Tokenizer is null)
        {
            data.CheckFits(model.GetName(), model.InputShape, model.InputRange);
        }

        if (loss.IsOfClasses)
        {
            CheckClasses(model, data, loss);
        }
        else
        {
            CheckTargets(model, data);
        }

        (_model, _data, SampleLoss, _metrics) = (model, data, loss, metrics);
        var metadata = new Dictionary<string, string>();
        if (loss.IsOfClasses)
        {
            metadata.Add(Checkpoint.ClassesKey, new JsonArray([.. data.Classes.Select(static name => (JsonNode?)name)]).ToJsonString());
        }

        if (data.Tokenizer is { } tokenizer)
        {
            metadata.Add(Checkpoint.TokenizerKey, tokenizer.Serialize());
        }

        Metadata = metadata;
    }

    /// <inheritdoc/>
    public override nn.Module Model => _model;

    /// <inheritdoc/>
    public override string Fingerprint => _model.Fingerprint;

    /// <inheritdoc/>
    public override ScalarType Precision => _model.Precision;

    /// <inheritdoc/>
    public override string DataFingerprint => _data.Fingerprint;

    /// <inheritdoc/>
    public override IReadOnlyList<FileProblem> DataProblems => _data.Problems;

    /// <inheritdoc/>
    public override IReadOnlyList<string> DataNotes => _data.Notes;

    /// <inheritdoc/>
    /// <remarks>The names of the classes, and the tokenizer of texts.</remarks>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = SampleLoss };

    /// <inheritdoc/>
    public override BatchSplit BatchSplit => _model.BatchSplit;

    /// <inheritdoc/>
    public override long MultiplyAdds => _model.MultiplyAdds;

    /// <inheritdoc/>
    public override long ActivationBytes => _model.ActivationBytes;

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(
            [WholeModel(options)],
            options.BatchSize,
            _data.Unit,
            options.BatchSize,
            (double)_data.Training.Count / options.BatchSize
        );
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Means(Enumerable.Range(0, batches).Select(batch => _data.Validation.Batch(batchSize, seed, batch)));

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Means(Watched(_data.Validation.Blocks(batchSize), _data.Validation.BlockCount(batchSize), progress, cancellationToken));

    private protected Network Network => _model;

    private protected SampleDataset Data => _data;

    /// <summary>The loss of each sample.</summary>
    private protected SupervisedLoss SampleLoss { get; }

    private static void CheckClasses(Network model, SampleDataset data, SupervisedLoss loss)
    {
        if (data.Classes.Count == 0)
        {
            throw new ModelGenException(
                $"The data's {data.Unit} have no labels, but {model.GetName()} learns to classify them; give each a label "
                    + "(files get theirs from folders: one sub-folder per class)."
            );
        }

        if (data.Unlearnable is { } reason)
        {
            throw new ModelGenException(reason);
        }

        loss.CheckClasses(data.Classes.Count);
        if (model.OutputShape is not [var classes] || classes != data.Classes.Count)
        {
            throw new ModelGenException(
                $"The data have {data.Classes.Count} classes, but {model.GetName()} gives scores "
                    + $"[{string.Join(", ", model.OutputShape.ToArray())}]; make its last layer give one score per class."
            );
        }
    }

    private static void CheckTargets(Network model, SampleDataset data)
    {
        if (data.TargetShape is not { } targets)
        {
            throw new ModelGenException(
                $"The data's {data.Unit} have no targets, but {model.GetName()} learns to predict "
                    + $"[{string.Join(", ", model.OutputShape.ToArray())}] for each; give each a target."
            );
        }

        if (!targets.SequenceEqual(model.OutputShape.ToArray()))
        {
            throw new ModelGenException(
                $"The data's targets are [{string.Join(", ", targets)}], but {model.GetName()} gives "
                    + $"[{string.Join(", ", model.OutputShape.ToArray())}]; make its last layer give the targets' shape."
            );
        }
    }

    // A mean over anything else would pass for the metric.
    private protected static void CheckShape(object source, string name, Tensor perSample, long count)
    {
        if (perSample.dim() != 1 || perSample.size(0) != count)
        {
            throw new ModelGenException(
                $"The metric '{name}' of {source.GetType().Name} has the shape [{string.Join(", ", perSample.shape)}] for {count} samples; "
                    + $"it must be one value for each, [{count}]."
            );
        }
    }

    private protected Tensor Target(SampleBatch batch) => SampleLoss.IsOfClasses ? batch.Labels! : batch.Targets!;

    private MetricValue[] Means(IEnumerable<SampleBatch> batches)
    {
        using var evaluation = EvaluationMode.Of(_model);
        var sums = new Dictionary<string, ScalarSum>();
        ScalarSum? weight = null;
        long seen = 0;
        try
        {
            foreach (var batch in batches)
            {
                using var scope = NewDisposeScope();
                using var samples = batch;
                var count = batch.Samples.size(0);
                if (SampleLoss.Weights(Target(batch)) is { } weights)
                {
                    (weight ??= new ScalarSum(weights.device)).Add(weights.sum());
                }

                var names = new HashSet<string>();
                foreach (var (source, name, perSample) in Measured(_model.call(batch.Samples), Target(batch)))
                {
                    CheckShape(source, name, perSample, count);
                    if (!names.Add(name))
                    {
                        throw new ModelGenException(
                            $"Two metrics have the name '{name}', the second from {source.GetType().Name}; give it another name."
                        );
                    }

                    if (!sums.TryGetValue(name, out var sum))
                    {
                        sums.Add(name, sum = new ScalarSum(perSample.device));
                    }

                    sum.Add(perSample.sum());
                }

                seen += count;
            }

            return
            [
                .. sums.Select(sum => new MetricValue(
                    sum.Key,
                    sum.Value.Read() / (sum.Key == "loss" && weight is not null ? weight.Read() : seen)
                )),
            ];
        }
        finally
        {
            weight?.Dispose();
            foreach (var sum in sums.Values)
            {
                sum.Dispose();
            }
        }
    }

    // What a batch is measured by, and whose each measure is.
    private IEnumerable<(object Source, string Name, Tensor PerSample)> Measured(Tensor output, Tensor target) =>
        [
            (SampleLoss, "loss", SampleLoss.PerSample(output, target)),
            .. SampleLoss.Figures(output, target).Select(figure => ((object)SampleLoss, figure.Name, figure.PerSample)),
            .. _metrics?.Measure(output, target).Select(metric => ((object)_metrics, metric.Name, metric.PerSample)) ?? [],
        ];
}
