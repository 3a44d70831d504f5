using ModelGen.Answers;
using ModelGen.Evaluation;
using ModelGen.Tests.Answers;
using ModelGen.Tests.Models;

namespace ModelGen.Tests.Evaluation;

public sealed class StepMetricTests : TorchTest
{
    /// <summary>From the probability of each step, read by itself.</summary>
    [Fact]
    public void TheFiguresAreThoseOfTheHeldOutSteps()
    {
        using var model = new StepJudge();
        RatedSteps[] answers = [.. Sums.Many(100, seed: 2), new("", ["1+1=2", "0+0=0"], [0.6, 0.5])];
        var report = Measured(model, answers);

        var predictions = new CalibrationError();
        var (wrong, found) = (0, 0);
        foreach (var (prompt, steps, ratings) in answers)
        {
            var text = prompt.Length > 0 ? prompt : ".";
            var (firstWrong, firstJudgedWrong) = (-1, -1);
            for (var i = steps.Count - 1; i >= 0; i--)
            {
                var read = text + string.Join('\n', steps.Take(i + 1)) + (i < steps.Count - 1 ? "\n" : ".");
                var p = model.ProbabilityOf(read);
                predictions.Add(Math.Max(p, 1 - p), p > 0.5 == ratings[i] > 0.5);
                firstWrong = ratings[i] > 0.5 ? firstWrong : i;
                firstJudgedWrong = p > 0.5 ? firstJudgedWrong : i;
            }

            wrong += firstWrong >= 0 ? 1 : 0;
            found += firstWrong >= 0 && firstWrong == firstJudgedWrong ? 1 : 0;
        }

        Assert.InRange(found, 1, wrong - 1);
        Assert.Equal(predictions.Accuracy, report.Figures["step_accuracy"], 1e-12);
        Assert.Equal(predictions.Value, report.Figures["step_calibration_error"], 1e-6);
        Assert.Equal((double)found / wrong, report.Figures["first_error_accuracy"], 1e-12);
        Assert.True(report.Figures["step_accuracy_low"] < report.Figures["step_accuracy"]);
        Assert.True(report.Figures["step_accuracy_high"] > report.Figures["step_accuracy"]);
    }

    [Fact]
    public void WithoutAWrongStepThereIsNoneToFind()
    {
        using var model = new StepJudge();
        Assert.DoesNotContain("first_error_accuracy", Measured(model, [new("", ["1+1=2"], [1])]).Figures.Keys);
    }

    // Wilson's interval, as its formula gives it for 8 of 10.
    [Fact]
    public void TheIntervalIsThatOfWilson()
    {
        var (low, high) = WilsonInterval.Of(0.8, 10);
        Assert.Equal(0.490162, low, 1e-6);
        Assert.Equal(0.943318, high, 1e-6);
    }

    private static EvaluationReport Measured(StepJudge model, RatedSteps[] answers)
    {
        var report = new EvaluationReport("any");
        new StepMetric(model, Sums.Data(Sums.Many(5, seed: 1), answers)).AddTo(report, new EvaluationProgress());
        return report;
    }
}
