using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Plots;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>Learning from the tokens of a text.</summary>
public abstract class TextObjective : Objective
{
    private readonly TokenLossOptions _options;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The tokens to learn from; samples no longer than the model's context, on the model's device.</param>
    /// <param name="options">How tokens are scored.</param>
    /// <param name="ignored">The target that does not count; null if all do.</param>
    /// <exception cref="ModelGenException">The data have a larger vocabulary or longer samples than the model.</exception>
    private protected TextObjective(LanguageModel model, TokenDataset data, TokenLossOptions options, long? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
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

        LanguageModel = model;
        Data = data;
        _options = options;
        TokenLoss = new TokenLoss(options, ignored);
    }

    /// <inheritdoc/>
    public override nn.Module Model => LanguageModel;

    /// <inheritdoc/>
    public override string Fingerprint => LanguageModel.Fingerprint;

    /// <inheritdoc/>
    public override ScalarType Precision => LanguageModel.Precision;

    /// <inheritdoc/>
    public override string DataFingerprint => Data.Fingerprint;

    /// <inheritdoc/>
    public override IReadOnlyList<FileProblem> DataProblems => Data.Problems;

    /// <inheritdoc/>
    public override IReadOnlyList<string> DataNotes => Data.Notes;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata =>
        new Dictionary<string, string> { [Checkpoints.Checkpoint.TokenizerKey] = Data.Tokenizer.Serialize() };

    /// <inheritdoc/>
    public override CurveSettings Curves => new($"nats per {(Data.Tokenizer is ByteTokenizer ? "byte" : "token")}", "loss");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = _options };

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(
            [WholeModel(options)],
            options.BatchSize,
            "tokens",
            (double)options.BatchSize * Data.Training.Context,
            (double)Data.Training.SamplesPerEpoch / options.BatchSize
        );
    }

    /// <inheritdoc/>
    public override BatchSplit BatchSplit => LanguageModel.BatchSplit;

    /// <inheritdoc/>
    public override long MultiplyAdds => LanguageModel.MultiplyAdds;

    /// <inheritdoc/>
    /// <remarks>With what the loss of every token saves.</remarks>
    public override long ActivationBytes =>
        LanguageModel.ActivationBytes > 0
            ? LanguageModel.ActivationBytes + (Data.Training.Context * TokenLoss.Bytes(LanguageModel.VocabularySize))
            : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Measure(Enumerable.Range(0, batches).Select(batch => Data.Validation.Batch(batchSize, seed, batch)), seed);

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Measure(Watched(Data.Validation.Blocks(batchSize), Data.Validation.BlockCount(batchSize), progress, cancellationToken), seed: 0);

    private protected LanguageModel LanguageModel { get; }

    private protected TokenDataset Data { get; }

    private protected TokenLoss TokenLoss { get; }

    /// <summary>The exact means over all tokens, with the model in evaluation mode.</summary>
    /// <param name="batches">Tokens and the token after each, which are disposed.</param>
    /// <param name="seed">The seed of what is drawn.</param>
    private protected abstract IReadOnlyList<MetricValue> Measure(IEnumerable<(Tensor Inputs, Tensor Targets)> batches, ulong seed);
}
