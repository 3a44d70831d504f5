using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Plots;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Training a network of tokens to tell what answers are worth: its one output for a prompt with an answer is the reward, or its output
/// for each token says what the step is worth that ends there.
/// </summary>
public abstract class RewardObjective : Objective
{
    private readonly AnsweredDataset _data;

    private protected RewardObjective(Network model, AnsweredDataset data, bool isOfTokens = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        Check(model, data, isOfTokens);
        (Network, _data) = (model, data);
    }

    /// <inheritdoc/>
    public sealed override nn.Module Model => Network;

    /// <inheritdoc/>
    public sealed override string Fingerprint => Network.Fingerprint;

    /// <inheritdoc/>
    public sealed override ScalarType Precision => Network.Precision;

    /// <inheritdoc/>
    public sealed override string DataFingerprint => _data.Fingerprint;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<FileProblem> DataProblems => _data.Problems;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> DataNotes => _data.Notes;

    /// <inheritdoc/>
    /// <remarks>The tokenizer.</remarks>
    public sealed override IReadOnlyDictionary<string, string> Metadata =>
        new Dictionary<string, string> { [Checkpoint.TokenizerKey] = _data.Tokenizer.Serialize() };

    /// <inheritdoc/>
    public sealed override CurveSettings Curves { get; } = new("loss", "loss");

    /// <inheritdoc/>
    public sealed override BatchSplit BatchSplit => Network.BatchSplit;

    /// <inheritdoc/>
    public sealed override long MultiplyAdds => RowsPerSample * Network.MultiplyAdds;

    /// <inheritdoc/>
    public sealed override long ActivationBytes => RowsPerSample * Network.ActivationBytes;

    private protected Network Network { get; }

    /// <summary>How many answers a sample has.</summary>
    private protected abstract int RowsPerSample { get; }

    /// <inheritdoc/>
    public sealed override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(
            [WholeModel(options)],
            options.BatchSize,
            "samples",
            options.BatchSize,
            (double)_data.Training.Count / options.BatchSize
        );
    }

    /// <inheritdoc/>
    public sealed override StepLoss Loss(TrainingStep step)
    {
        using var batch = _data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        using var scope = NewDisposeScope();
        var (loss, figures) = Each(batch, Rewards(batch));
        return new StepLoss(
            loss.mean().MoveToOuterDisposeScope(),
            [.. figures.Select(static figure => (figure.Name, figure.Value.detach().mean().MoveToOuterDisposeScope()))]
        )
        {
            Share = step.Count == step.BatchSize ? null : ShareOf(batch, step),
        };
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Measure(Enumerable.Range(0, batches).Select(batch => _data.Validation.Batch(batchSize, seed, batch)));

    /// <inheritdoc/>
    public sealed override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Measure(Watched(_data.Validation.Blocks(batchSize), _data.Validation.BlockCount(batchSize), progress, cancellationToken));

    /// <summary>The loss of each sample or of each step, and the metrics of each.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="rewards">The output for each row, [rows], or for each token, [rows, T].</param>
    private protected abstract (Tensor Loss, IReadOnlyList<(string Name, Tensor Value)> Figures) Each(AnswerBatch batch, Tensor rewards);

    /// <summary>The weight of a part of a batch in its loss; null for its share of the samples.</summary>
    private protected virtual double? ShareOf(AnswerBatch part, TrainingStep step) => null;

    private static void Check(Network model, AnsweredDataset data, bool isOfTokens)
    {
        var name = model.GetName();
        if (model.VocabularySize == 0 || model.InputShape is not [var most])
        {
            throw new ModelGenException($"{name} reads no tokens, so that it cannot tell what an answer is worth.");
        }

        if (!(isOfTokens ? model.GivesOneNumberPerToken() : model.OutputShape is [1]))
        {
            throw new ModelGenException(
                $"{name} gives [{string.Join(", ", model.OutputShape.ToArray())}] for a text, and "
                    + (
                        isOfTokens
                            ? "steps are judged by one number for each token; end its network with 'linear: 1', without a "
                                + "'sequence-pool'."
                            : "a reward is one number, [1]; end its network with 'sequence-pool' and 'linear: 1'."
                    )
            );
        }

        if (data.Tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new ModelGenException(
                $"The data's tokenizer has {data.Tokenizer.VocabularySize} tokens, but {name} has {model.VocabularySize}; raise the "
                    + "model's vocabulary or use its own tokenizer."
            );
        }

        if (model.PaddingId < 0 || data.Tokenizer.IdOf(Tokenization.SpecialTokenRole.Padding) != model.PaddingId)
        {
            throw new ModelGenException(
                $"Answers have different lengths, and {name} {(model.PaddingId < 0 ? "has no" : "has another")} token to fill short ones up"
                    + "; name it as 'padding-token' in its 'data.tokens'."
            );
        }

        if (data.LongestLength > -most)
        {
            throw new ModelGenException(
                $"The data have answers of {data.LongestLength} tokens with their prompt and end, but {name} reads at most {-most}; "
                    + "create the data set with the model's context."
            );
        }
    }

    private IReadOnlyList<MetricValue> Measure(IEnumerable<AnswerBatch> batches)
    {
        using var evaluation = EvaluationMode.Of(Network);
        var means = new MetricMeans();
        var count = 0L;
        foreach (var batch in batches)
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                var (loss, figures) = Each(batch, Rewards(batch));
                foreach (var (name, value) in figures.Prepend(("loss", loss)))
                {
                    means.Add(name, value.sum().Read());
                }

                count += loss.numel();
            }
        }

        return means.Over(count);
    }

    private Tensor Rewards(AnswerBatch batch) => Network.call(batch.Tokens).squeeze(-1);
}
