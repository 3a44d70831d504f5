using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Plots;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Writing a target for a source (Sutskever et al. 2014, "Sequence to sequence learning"): the mean cross-entropy over the tokens of the
/// targets and their ends, in nats per token; padding does not count. Durations in tokens count those of targets.
/// </summary>
/// <remarks>
/// Validation also reports <c>accuracy</c>, the share of tokens that are the likeliest given what comes before them in the target, and
/// <c>exact</c>, the share of targets of which that holds for all: those that decoding the likeliest token each time writes.
/// </remarks>
public sealed class SequenceToSequenceObjective : Objective
{
    private readonly EncoderDecoder _model;
    private readonly PairDataset _data;
    private readonly SequenceToSequenceOptions _options;
    private readonly TokenLoss _loss;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The pairs to learn from, with the model's special tokens, on the model's device.</param>
    /// <param name="options">How tokens are scored.</param>
    /// <exception cref="ModelGenException">The data have a larger vocabulary, longer texts or other special tokens than the model.
    /// </exception>
    public SequenceToSequenceObjective(EncoderDecoder model, PairDataset data, SequenceToSequenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var tokenizer = data.Tokenizer;
        if (
            tokenizer.VocabularySize > model.VocabularySize
            || tokenizer.IdOf(SpecialTokenRole.Padding) != model.PaddingId
            || tokenizer.IdOf(SpecialTokenRole.End) != model.EndId
        )
        {
            throw new ModelGenException(
                $"The data's tokenizer has {tokenizer.VocabularySize} tokens, {tokenizer.IdOf(SpecialTokenRole.Padding)} for padding and "
                    + $"{tokenizer.IdOf(SpecialTokenRole.End)} for the end; {model.GetName()} has {model.VocabularySize}, "
                    + $"{model.PaddingId} and {model.EndId}: use the model's own tokenizer."
            );
        }

        if (data.LongestLength > model.ContextLength)
        {
            throw new ModelGenException(
                $"The data's longest text has {data.LongestLength} tokens, but {model.GetName()} reads at most {model.ContextLength}; "
                    + "create the data set with the model's context."
            );
        }

        (_model, _data, _options) = (model, data, options);
        _loss = new TokenLoss(options, model.PaddingId);
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
    public override IReadOnlyDictionary<string, string> Metadata =>
        new Dictionary<string, string> { [Checkpoints.Checkpoint.TokenizerKey] = _data.Tokenizer.Serialize() };

    /// <inheritdoc/>
    public override CurveSettings Curves { get; } = new("nats per token", "loss");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = _options };

    /// <inheritdoc/>
    public override BatchSplit BatchSplit => _model.BatchSplit;

    /// <inheritdoc/>
    public override long MultiplyAdds => _model.MultiplyAdds;

    /// <inheritdoc/>
    /// <remarks>With what the loss of every token saves.</remarks>
    public override long ActivationBytes =>
        _model.ActivationBytes > 0 ? _model.ActivationBytes + (_model.ContextLength * _loss.Bytes(_model.VocabularySize)) : 0;

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(
            [WholeModel(options)],
            options.BatchSize,
            "tokens",
            options.BatchSize * _data.Training.MeanTargetLength,
            (double)_data.Training.Count / options.BatchSize
        );
    }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var batch = _data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        using var logits = _model.call(batch.Source, batch.Input); // [count, T, vocabulary]
        var loss = _loss.Mean(logits, batch.Target);
        return step.Count == step.BatchSize
            ? loss
            : loss with
            {
                Share = (double)batch.TokenCount / _data.Training.TokenCount(step.BatchSize, step.Seed, step.Batch),
            };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Measure(Enumerable.Range(0, batches).Select(batch => _data.Validation.Batch(batchSize, seed, batch)));

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Measure(Watched(_data.Validation.Blocks(batchSize), _data.Validation.BlockCount(batchSize), progress, cancellationToken));

    private List<MetricValue> Measure(IEnumerable<PairBatch> batches)
    {
        using var evaluation = EvaluationMode.Of(_model);
        using var loss = new ScalarSum(_model.Device);
        using var right = new ScalarSum(_model.Device);
        using var exact = new ScalarSum(_model.Device);
        var (tokens, pairs) = (0L, 0L);
        foreach (var batch in batches)
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                var logits = _model.call(batch.Source, batch.Input); // [batch, T, vocabulary]
                var isThere = Presence.Of(batch.Target, _model.PaddingId).to(ScalarType.Bool);
                var isRight = logits.argmax(-1).eq(batch.Target); // [batch, T]
                loss.Add(_loss.CrossEntropy(logits, batch.Target));
                right.Add(isRight.bitwise_and(isThere).sum(ScalarType.Float32));
                exact.Add(isRight.bitwise_or(isThere.bitwise_not()).all(1).sum(ScalarType.Float32));
                tokens += batch.TokenCount;
                pairs += batch.Source.size(0);
            }
        }

        return
        [
            new MetricValue("loss", loss.Read() / tokens),
            new MetricValue("accuracy", right.Read() / tokens),
            new MetricValue("exact", exact.Read() / pairs),
        ];
    }
}
