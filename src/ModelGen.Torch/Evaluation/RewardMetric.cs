using ModelGen.Answers;
using ModelGen.Layers;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// How well a reward model tells which of two held-out answers is preferred: the share of pairs that it gets right, as
/// <c>preference_accuracy</c> with the bounds of the 95 % interval of Wilson 1927, <c>preference_accuracy_low</c> and
/// <c>preference_accuracy_high</c>; and <c>preference_calibration_error</c>, how far that share is from the probabilities σ(r_w − r_l) that
/// it gives, see <see cref="CalibrationError"/>.
/// </summary>
public sealed class RewardMetric : Metric
{
    private const int Block = 64;

    private readonly Network _model;
    private readonly PreferenceDataset _data;

    /// <summary>Creates the metric.</summary>
    /// <param name="model">The trained model: tokens in, one number out.</param>
    /// <param name="data">The preferences; the held-out ones are measured.</param>
    public RewardMetric(Network model, PreferenceDataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        (_model, _data) = (model, data);
    }

    /// <inheritdoc/>
    public override string Name => "held-out preferences";

    /// <inheritdoc/>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        using var evaluation = EvaluationMode.Of(_model);
        var calibration = new CalibrationError();
        var done = 0L;
        foreach (var batch in _data.Validation.Blocks(Block))
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                var both = _model.call(batch.Tokens).squeeze(-1).chunk(2);
                foreach (var margin in (both[0] - both[1]).cpu().data<float>().ToArray())
                {
                    calibration.Add(1 / (1 + Math.Exp(-Math.Abs((double)margin))), margin > 0);
                }
            }

            progress.Advance(++done, _data.Validation.BlockCount(Block));
        }

        BinaryFigures.Add(report, "preference", calibration);
        report.AddCount("preferences", calibration.Count);
    }
}
