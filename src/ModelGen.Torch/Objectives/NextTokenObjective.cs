using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Predicting each token from the ones before it: the mean cross-entropy −log p(token | tokens before it), in nats per token.
/// </summary>
public sealed class NextTokenObjective : Objective
{
    private readonly LanguageModel _model;
    private readonly TokenDataset _data;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The tokens to learn from; samples no longer than the model's context, on the model's device.</param>
    /// <exception cref="ModelGenException">The data have a larger vocabulary or longer samples than the model.</exception>
    public NextTokenObjective(LanguageModel model, TokenDataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new ModelGenException(
                $"The data's tokenizer has {data.Tokenizer.VocabularySize} tokens, but {model.GetName()} has "
                    + $"{model.VocabularySize}; raise the model's vocabulary or use its own tokenizer."
            );
        }

        if (data.Training.Context > model.ContextLength)
        {
            throw new ModelGenException(
                $"The data's samples hold {data.Training.Context} tokens, but {model.GetName()} reads at most "
                    + $"{model.ContextLength}; create the data set with the model's context."
            );
        }

        _model = model;
        _data = data;
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
    public override IReadOnlyDictionary<string, string> Metadata =>
        new Dictionary<string, string> { [Checkpoints.Checkpoint.TokenizerKey] = _data.Tokenizer.Serialize() };

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(
            [WholeModel(options)],
            options.BatchSize,
            "tokens",
            (double)options.BatchSize * _data.Training.Context,
            (double)_data.Training.SamplesPerEpoch / options.BatchSize
        );
    }

    /// <inheritdoc/>
    public override BatchSplit BatchSplit => _model.BatchSplit;

    /// <inheritdoc/>
    public override long MultiplyAdds => _model.MultiplyAdds;

    /// <inheritdoc/>
    /// <remarks>The loss adds the log-probabilities of every token and their gradient.</remarks>
    public override long ActivationBytes =>
        _model.ActivationBytes > 0 ? _model.ActivationBytes + (2L * sizeof(float) * _data.Training.Context * _model.VocabularySize) : 0;

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        var (inputs, targets) = _data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        return new StepLoss(CrossEntropy(inputs, targets, nn.Reduction.Mean));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        [MeanLoss(Enumerable.Range(0, batches).Select(batch => _data.Validation.Batch(batchSize, seed, batch)))];

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => [MeanLoss(Watched(_data.Validation.Blocks(batchSize), _data.Validation.BlockCount(batchSize), progress, cancellationToken))];

    /// <summary>The exact mean over all tokens, with the model in evaluation mode; the sum stays on the device until the end.</summary>
    private MetricValue MeanLoss(IEnumerable<(Tensor Inputs, Tensor Targets)> batches)
    {
        using var evaluation = EvaluationMode.Of(_model);
        using var total = new ScalarSum(_model.parameters().First().device);
        long count = 0;
        foreach (var (inputs, targets) in batches)
        {
            using var batchScope = NewDisposeScope();
            count += inputs.numel();
            total.Add(CrossEntropy(inputs, targets, nn.Reduction.Sum));
        }

        return new MetricValue("loss", total.Read() / count);
    }

    private Tensor CrossEntropy(Tensor inputs, Tensor targets, nn.Reduction reduction)
    {
        using (inputs)
        using (targets)
        using (var logits = _model.call(inputs)) // [batch, time, vocabulary]
        using (var flat = logits.view(-1, logits.size(-1)))
        using (var flatTargets = targets.reshape(-1))
        {
            return nn.functional.cross_entropy(flat, flatTargets, reduction: reduction);
        }
    }
}
