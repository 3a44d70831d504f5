using ModelGen.Answers;
using ModelGen.Layers;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// How well a process reward model judges the steps of held-out answers. A step counts as right if its rating is above one half, and is
/// judged right if its probability σ(x) is: <c>step_accuracy</c> is the share of steps that are judged as they are rated, with the bounds
/// of the 95 % interval of Wilson 1927, <c>step_accuracy_low</c> and <c>step_accuracy_high</c>; <c>step_calibration_error</c> is how far
/// that share is from the probabilities, see <see cref="CalibrationError"/>; and <c>first_error_accuracy</c> is the share of the answers
/// with a wrong step of which the first that is judged wrong is the first wrong one (Zheng et al. 2024, "ProcessBench"), if there are any.
/// </summary>
public sealed class StepMetric : Metric
{
    private const int Block = 64;

    private readonly Network _model;
    private readonly StepDataset _data;

    /// <summary>Creates the metric.</summary>
    /// <param name="model">The trained model: tokens in, one number for each of them out.</param>
    /// <param name="data">The answers with rated steps; the held-out ones are measured.</param>
    public StepMetric(Network model, StepDataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        (_model, _data) = (model, data);
    }

    /// <inheritdoc/>
    public override string Name => "held-out steps";

    /// <inheritdoc/>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        using var evaluation = EvaluationMode.Of(_model);
        var steps = new CalibrationError();
        var (done, wrong, found) = (0L, 0L, 0L);
        foreach (var batch in _data.Validation.Blocks(Block))
        {
            using (batch)
            {
                foreach (var answer in Judged(batch))
                {
                    foreach (var (probability, isRight) in answer)
                    {
                        steps.Add(Math.Max(probability, 1 - probability), IsRight(probability) == isRight);
                    }

                    var first = answer.FindIndex(static step => !step.IsRight);
                    wrong += first >= 0 ? 1 : 0;
                    found += first >= 0 && first == answer.FindIndex(static step => !IsRight(step.Probability)) ? 1 : 0;
                }
            }

            progress.Advance(++done, _data.Validation.BlockCount(Block));
        }

        BinaryFigures.Add(report, "step", steps);
        if (wrong > 0)
        {
            report.Add("first_error_accuracy", (double)found / wrong);
        }

        report.AddCount("steps", steps.Count);
        report.AddCount("answers_with_errors", wrong);
    }

    private static bool IsRight(double probability) => probability > 0.5;

    // How probably each step of each answer is right, and whether it is rated so.
    private IEnumerable<List<(double Probability, bool IsRight)>> Judged(AnswerBatch batch)
    {
        using var scope = NewDisposeScope();
        var (ends, ratings) = batch.Steps!;
        var length = batch.Tokens.size(1);
        var scores = _model.call(batch.Tokens).reshape(-1).index_select(0, ends).cpu().data<float>().ToArray();
        var rated = ratings.cpu().data<float>().ToArray();
        return ends.cpu()
            .data<long>()
            .ToArray()
            .Select((end, i) => (Row: end / length, Step: (1 / (1 + Math.Exp(-(double)scores[i])), IsRight(rated[i]))))
            .GroupBy(static each => each.Row, static each => each.Step)
            .Select(static answer => answer.ToList());
    }
}
