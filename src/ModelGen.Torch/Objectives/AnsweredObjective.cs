using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Training;

namespace ModelGen.Objectives;

/// <summary>Learning how to answer prompts from answers that are given.</summary>
public abstract class AnsweredObjective : PromptedObjective
{
    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train, which predicts the next token.</param>
    /// <param name="data">The answers, on the model's device.</param>
    /// <exception cref="ModelGenException">The model sees later tokens, or the data have a larger vocabulary or longer samples than
    /// it.</exception>
    private protected AnsweredObjective(LanguageModel model, AnsweredDataset data)
        : base(model, data)
    {
        CheckLength(data.LongestLength);
        Answers = data;
    }

    /// <inheritdoc/>
    public sealed override long MultiplyAdds => RowsPerSample * LanguageModel.MultiplyAdds;

    /// <inheritdoc/>
    /// <remarks>With what the log-probability of every token saves.</remarks>
    public override long ActivationBytes =>
        LanguageModel.ActivationBytes > 0
            ? RowsPerSample
                * (LanguageModel.ActivationBytes + ((long)LanguageModel.ContextLength * LanguageModel.VocabularySize * sizeof(float)))
            : 0;

    private protected AnsweredDataset Answers { get; }

    /// <summary>How many answers a sample has.</summary>
    private protected int RowsPerSample => Answers is PreferenceDataset ? 2 : 1;

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(
            [WholeModel(options)],
            options.BatchSize,
            "samples",
            options.BatchSize,
            (double)Answers.Training.Count / options.BatchSize
        );
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Measure(Enumerable.Range(0, batches).Select(batch => Answers.Validation.Batch(batchSize, seed, batch)));

    /// <inheritdoc/>
    public sealed override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Measure(Watched(Answers.Validation.Blocks(batchSize), Answers.Validation.BlockCount(batchSize), progress, cancellationToken));

    /// <summary>The exact means over some batches, with the model in evaluation mode.</summary>
    /// <param name="batches">The batches, which are disposed.</param>
    private protected abstract IReadOnlyList<MetricValue> Measure(IEnumerable<AnswerBatch> batches);

    /// <summary>The samples of a step.</summary>
    private protected AnswerBatch Batch(TrainingStep step) =>
        Answers.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
}
