using ModelGen.Answers;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Plots;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Supervised fine-tuning: the mean cross-entropy −log p(token | prompt, tokens before it) of the tokens of answers, in nats per token
/// (Ouyang et al. 2022, "Training language models to follow instructions with human feedback", section 3.5).
/// </summary>
public sealed class SftObjective : AnsweredObjective
{
    private readonly SftOptions _options;
    private readonly TokenLoss _loss;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train, which predicts the next token.</param>
    /// <param name="data">The examples, on the model's device.</param>
    /// <param name="options">How tokens are scored; null for the cross-entropy alone.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ModelGenException">The model sees later tokens, or the data have a larger vocabulary or longer samples than
    /// it.</exception>
    public SftObjective(LanguageModel model, AnswerDataset data, SftOptions? options = null)
        : base(model, data)
    {
        _options = options ?? new SftOptions();
        _options.Check();
        _loss = new TokenLoss(_options, TokenLoss.Ignored);
    }

    /// <inheritdoc/>
    public override CurveSettings Curves { get; } = new("nats per token of an answer", "loss");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = _options };

    /// <inheritdoc/>
    /// <remarks>With what the loss of every token saves.</remarks>
    public override long ActivationBytes =>
        LanguageModel.ActivationBytes > 0
            ? LanguageModel.ActivationBytes + (LanguageModel.ContextLength * _loss.Bytes(LanguageModel.VocabularySize))
            : 0;

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return base.Plan(options) with { Unit = "tokens", UnitsPerStep = options.BatchSize * Answers.Training.MeanAnswerTokens };
    }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var batch = Batch(step);
        using var logits = LanguageModel.call(batch.Inputs); // [count, T, vocabulary]
        var loss = _loss.Mean(logits, batch.Targets);
        return step.Count == step.BatchSize
            ? loss
            : loss with
            {
                Share = (double)batch.AnswerTokens / Answers.Training.AnswerTokens(step.BatchSize, step.Seed, step.Batch),
            };
    }

    private protected override IReadOnlyList<MetricValue> Measure(IEnumerable<AnswerBatch> batches)
    {
        using var evaluation = EvaluationMode.Of(LanguageModel);
        using var loss = new ScalarSum(LanguageModel.Device);
        using var right = new ScalarSum(LanguageModel.Device);
        var tokens = 0L;
        foreach (var batch in batches)
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                var logits = LanguageModel.call(batch.Inputs); // [batch, T, vocabulary]
                loss.Add(_loss.CrossEntropy(logits, batch.Targets));

                // What does not count is no token's id.
                right.Add(logits.argmax(-1).eq(batch.Targets).sum(ScalarType.Float32));
                tokens += batch.AnswerTokens;
            }
        }

        return [new MetricValue("loss", loss.Read() / tokens), new MetricValue("accuracy", right.Read() / tokens)];
    }
}
