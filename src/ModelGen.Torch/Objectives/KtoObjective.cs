using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Plots;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Kahneman–Tversky optimisation (Ethayarajh et al. 2024, "KTO: Model alignment as prospect theoretic optimization", equations 7 and 8),
/// from answers that are good or bad, each by itself: the mean of λ_D (1 − σ(β (r − z))) over good ones and λ_U (1 − σ(β (z − r))) over
/// bad ones, where r = log π(y|x) / π_ref(y|x). The point of reference z, a constant for gradients, is how far the model has moved from
/// the reference on the whole: the mean of r over answers to other prompts, and at least 0. The model as it is before the first step is the
/// reference. Dropout is off in training, too, since the two are compared.
/// </summary>
/// <remarks>
/// Metrics, in training and in validation: <c>accuracy</c> is the share of answers of which r is on the right side of z; <c>good</c> and
/// <c>bad</c> are the mean r of each kind, in nats, 0 where a batch has none, and <c>point</c> is z.
/// </remarks>
public sealed class KtoObjective : AnsweredObjective
{
    private readonly KtoOptions _options;
    private readonly ReferenceScores _reference;
    private readonly ReferenceScores _otherReference;
    private readonly AnswerSplit _otherTraining;
    private readonly AnswerSplit _otherValidation;
    private Tensor? _pointOfBatch;

    /// <summary>Binds the objective to answers that are rated good or bad.</summary>
    /// <param name="model">The model to train, which predicts the next token.</param>
    /// <param name="data">The answers, each rated 1 or 0, on the model's device.</param>
    /// <param name="options">How they are weighed; null for the usual numbers.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ModelGenException">The model sees later tokens, the data have a larger vocabulary or longer samples than it, or a
    /// rating is neither 1 nor 0, or all are the same.</exception>
    public KtoObjective(LanguageModel model, RatingDataset data, KtoOptions? options = null)
        : this(model, (AnsweredDataset)data, options)
    {
        foreach (var number in data.Training.Numbers.Concat(data.Validation.Numbers))
        {
            if (number is not (0 or 1))
            {
                throw new ModelGenException(
                    FormattableString.Invariant(
                        $"An answer is rated {number}, but 'kto' knows only good answers, rated 1 or true, and bad ones, rated 0 or false."
                    )
                );
            }
        }

        if (data.Training.Numbers.Distinct().Count() < 2)
        {
            throw new ModelGenException(
                "All answers to train on are rated alike; 'kto' learns from what good answers have and bad ones have not."
            );
        }
    }

    /// <summary>Binds the objective to preferences, of which each preferred answer is good and each other one bad.</summary>
    /// <param name="model">The model to train, which predicts the next token.</param>
    /// <param name="data">The preferences, on the model's device.</param>
    /// <param name="options">How they are weighed; null for the usual numbers.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ModelGenException">The model sees later tokens, or the data have a larger vocabulary or longer samples than
    /// it.</exception>
    public KtoObjective(LanguageModel model, PreferenceDataset data, KtoOptions? options = null)
        : this(model, (AnsweredDataset)data, options) { }

    private KtoObjective(LanguageModel model, AnsweredDataset data, KtoOptions? options)
        : base(model, data)
    {
        _options = options ?? new KtoOptions();
        _options.Check();
        (_otherTraining, _otherValidation) = (data.Training.WithOthersAnswers(), data.Validation.WithOthersAnswers());
        _reference = new ReferenceScores(model, data.Training, data.Validation, RowsPerSample);
        _otherReference = new ReferenceScores(model, _otherTraining, _otherValidation, RowsPerSample);
    }

    /// <inheritdoc/>
    public override bool HasDropout => false;

    /// <inheritdoc/>
    public override CurveSettings Curves { get; } = new("loss", "loss");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = _options };

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, IRunState> States =>
        new Dictionary<string, IRunState> { ["reference"] = _reference, ["point"] = _otherReference };

    /// <summary>Computes the point of reference of the whole batch.</summary>
    /// <param name="parts">The parts of the batch.</param>
    public override void BeforeParts(IReadOnlyList<TrainingStep> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var sum = zeros(1, device: LanguageModel.Device);
        foreach (var part in parts)
        {
            using var batch = Batch(part);
            sum.AddInPlace(OthersRatios(batch, isValidation: false).sum());
        }

        var mean = sum.DividedBy((double)parts[0].BatchSize * RowsPerSample);
        _pointOfBatch = mean.ClampMin(0).squeeze().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override void AfterParts()
    {
        _pointOfBatch?.Dispose();
        _pointOfBatch = null;
    }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var batch = Batch(step);
        using var scope = NewDisposeScope();
        var point = _pointOfBatch ?? Point(batch, isValidation: false);
        var scored = Scored(batch, point, isValidation: false);

        // The trainer weighs a part by its share of the samples, and these are means over the good and the bad answers of the batch.
        var good = GoodAnswers(step);
        var bad = (step.BatchSize * RowsPerSample) - good;
        return new StepLoss(
            scored.Loss.mean().MoveToOuterDisposeScope(),
            ("accuracy", scored.IsRight.mean().MoveToOuterDisposeScope()),
            ("good", scored.Good.DividedBy(step.Share * Math.Max(1, good)).MoveToOuterDisposeScope()),
            ("bad", scored.Bad.DividedBy(step.Share * Math.Max(1, bad)).MoveToOuterDisposeScope()),
            ("point", point.clone().MoveToOuterDisposeScope())
        );
    }

    // Batch by batch, as in training.
    private protected override IReadOnlyList<MetricValue> Measure(IEnumerable<AnswerBatch> batches)
    {
        using var evaluation = EvaluationMode.Of(LanguageModel);
        var (loss, right, points, good, bad) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var (rows, goodRows) = (0L, 0.0);
        foreach (var batch in batches)
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                var point = Point(batch, isValidation: true);
                var scored = Scored(batch, point, isValidation: true);
                var count = batch.Tokens.size(0);
                loss += scored.Loss.sum().Read();
                right += scored.IsRight.sum().Read();
                points += point.Read() * count;
                good += scored.Good.Read();
                bad += scored.Bad.Read();
                goodRows += IsGood(batch).sum().Read();
                rows += count;
            }
        }

        return
        [
            new MetricValue("loss", loss / rows),
            new MetricValue("accuracy", right / rows),
            new MetricValue("good", good / Math.Max(1, goodRows)),
            new MetricValue("bad", bad / Math.Max(1, rows - goodRows)),
            new MetricValue("point", points / rows),
        ];
    }

    // The loss of each answer, whether r is on the right side of z, and the sums of r over good and bad answers.
    private (Tensor Loss, Tensor IsRight, Tensor Good, Tensor Bad) Scored(AnswerBatch batch, Tensor point, bool isValidation)
    {
        var ratio = Ratios(batch, _reference, isValidation);
        var isGood = IsGood(batch); // 1 or 0
        var sign = isGood.Times(2).Minus(1);
        var weight = isGood.Times(_options.Desirable - _options.Undesirable).Plus(_options.Undesirable);

        // 1 − σ(x) = σ(−x).
        var loss = ((point - ratio) * sign).Times(_options.Beta).sigmoid() * weight;
        var known = ratio.detach();
        return (
            loss,
            ((known - point) * sign).Greater(0).to(ScalarType.Float32),
            (known * isGood).sum(),
            (known * isGood.OneMinus()).sum()
        );
    }

    // How many answers of the whole batch are good.
    private double GoodAnswers(TrainingStep step) =>
        Answers is PreferenceDataset ? step.BatchSize : Answers.Training.NumberSum(step.BatchSize, step.Seed, step.Batch);

    private Tensor IsGood(AnswerBatch batch) =>
        Answers is PreferenceDataset ? cat([ones_like(batch.Numbers), zeros_like(batch.Numbers)]) : batch.Numbers;

    private Tensor Point(AnswerBatch batch, bool isValidation)
    {
        using var constant = no_grad();
        return OthersRatios(batch, isValidation).mean().ClampMin(0);
    }

    // Of answers to other prompts.
    private Tensor OthersRatios(AnswerBatch batch, bool isValidation)
    {
        using var others = (isValidation ? _otherValidation : _otherTraining).Of(batch.Indices);
        return Ratios(others, _otherReference, isValidation);
    }

    // log π(y|x) / π_ref(y|x) of each row.
    private Tensor Ratios(AnswerBatch batch, ReferenceScores reference, bool isValidation)
    {
        using var logits = LanguageModel.call(batch.Inputs);
        var sums = TokenLogProbabilities.SumOf(logits, batch.Targets);
        return sums - cat([.. Enumerable.Range(0, RowsPerSample).Select(answer => reference.Of(batch, isValidation, answer))]);
    }
}
