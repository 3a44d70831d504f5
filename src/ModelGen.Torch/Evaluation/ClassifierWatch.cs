using ModelGen.Training;

namespace ModelGen.Evaluation;

/// <summary>Reports each epoch of a classifier's training, and keeps its accuracy on the test images.</summary>
internal sealed class ClassifierWatch(int epochs, IProgress<ClassifierProgress>? progress) : TrainingObserver
{
    private long _step;
    private double _lossSum;
    private long _lossSteps;
    private int _epoch;

    /// <summary>The share of the test images that the trained classifier classifies correctly, from 0 to 1.</summary>
    public double Accuracy { get; private set; }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        var steps = report.Step - _step;
        _step = report.Step;
        _lossSum += report.TrainLoss * steps;
        _lossSteps += steps;
        var epoch = (int)(report.Step * epochs / report.TotalSteps);
        if (epoch == _epoch)
        {
            return;
        }

        progress?.Report(new ClassifierProgress(epoch, epochs, _lossSum / _lossSteps));
        (_epoch, _lossSum, _lossSteps) = (epoch, 0, 0);
    }

    /// <inheritdoc/>
    public override void OnValidation(ValidationReport report) =>
        Accuracy = report.Metrics.Single(static metric => metric.Name == "accuracy").Value;
}
