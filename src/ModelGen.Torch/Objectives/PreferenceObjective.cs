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
/// Learning from preferences without a reward model: the mean of a <see cref="PreferenceLoss"/> over the pairs. The model as it is
/// before the first step is the reference. Dropout is off in training, too, since the two are compared.
/// </summary>
/// <remarks>
/// Metrics, in training and in validation: <c>accuracy</c> is the share of pairs of which the model prefers the right answer, and
/// <c>margin</c> by how much, see <see cref="PreferenceLoss.Rewards"/>; <c>chosen</c> and <c>rejected</c> are the mean log-probabilities of
/// the answers, in nats.
/// </remarks>
public sealed class PreferenceObjective : AnsweredObjective
{
    private readonly PreferenceLoss _loss;
    private readonly ReferenceScores? _reference;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train, which predicts the next token.</param>
    /// <param name="data">The preferences, on the model's device.</param>
    /// <param name="loss">What is minimised.</param>
    /// <exception cref="ArgumentException">A number of the loss is out of its range.</exception>
    /// <exception cref="ModelGenException">The model sees later tokens, or the data have a larger vocabulary or longer samples than
    /// it.</exception>
    public PreferenceObjective(LanguageModel model, PreferenceDataset data, PreferenceLoss loss)
        : base(model, data)
    {
        ArgumentNullException.ThrowIfNull(loss);
        loss.Check();
        _loss = loss;
        _reference = loss.NeedsReference ? new ReferenceScores(model, data.Training, data.Validation, perSample: 2) : null;
    }

    /// <inheritdoc/>
    public override bool HasDropout => false;

    /// <inheritdoc/>
    public override CurveSettings Curves { get; } = new("loss", "loss");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = _loss };

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, IRunState> States =>
        _reference is null ? base.States : new Dictionary<string, IRunState> { ["reference"] = _reference };

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var batch = Batch(step);
        using var scope = NewDisposeScope();
        var scores = Scores(batch, isValidation: false);
        var loss = _loss.PerPair(scores).mean();
        using var constant = no_grad();
        return new StepLoss(
            loss.MoveToOuterDisposeScope(),
            [.. Figures(scores).Select(static figure => (figure.Name, figure.PerPair.mean().MoveToOuterDisposeScope()))]
        );
    }

    private protected override IReadOnlyList<MetricValue> Measure(IEnumerable<AnswerBatch> batches)
    {
        using var evaluation = EvaluationMode.Of(LanguageModel);
        var means = new MetricMeans();
        var pairs = 0L;
        foreach (var batch in batches)
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                var scores = Scores(batch, isValidation: true);
                foreach (var (name, perPair) in Figures(scores).Prepend(("loss", _loss.PerPair(scores))))
                {
                    means.Add(name, perPair.sum().Read());
                }

                pairs += batch.Indices.Count;
            }
        }

        return means.Over(pairs);
    }

    private AnswerScores Scores(AnswerBatch batch, bool isValidation)
    {
        using var logits = LanguageModel.call(batch.Inputs); // [2 · pairs, T, vocabulary]
        var sums = TokenLogProbabilities.SumOf(logits, batch.Targets).chunk(2);
        var lengths = TokenLogProbabilities.Lengths(batch.Targets).chunk(2);
        return new AnswerScores(sums[0], sums[1], lengths[0], lengths[1])
        {
            ReferenceChosen = _reference?.Of(batch, isValidation, 0),
            ReferenceRejected = _reference?.Of(batch, isValidation, 1),
        };
    }

    private IEnumerable<(string Name, Tensor PerPair)> Figures(AnswerScores scores)
    {
        var (chosen, rejected) = _loss.Rewards(scores);
        var margin = chosen - rejected;
        yield return ("accuracy", margin.Greater(0).to(ScalarType.Float32));
        yield return ("margin", margin);
        yield return ("chosen", scores.Chosen);
        yield return ("rejected", scores.Rejected);
    }
}
