using ModelGen.Data;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Trains a network to predict each sample's target, or scores for its class: the mean of a <see cref="SupervisedLoss"/> over the samples,
/// weighed as that says.
/// </summary>
public sealed class SupervisedObjective : NetworkObjective
{
    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The samples to learn from, with labels if the loss is for classes, otherwise with targets; on the model's
    /// device.</param>
    /// <param name="loss">The loss to minimise.</param>
    /// <param name="metrics">What validation reports besides the loss and its own metrics; null for nothing.</param>
    /// <exception cref="ModelGenException">The samples differ from the model in shape or range of values, do not have the labels or
    /// targets that it learns to predict, or have labels that occur once each and no samples of their own to validate on.</exception>
    public SupervisedObjective(Network model, SampleDataset data, SupervisedLoss loss, SupervisedMetrics? metrics = null)
        : base(model, data, loss, metrics) { }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var batch = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        using var output = Network.call(batch.Samples);
        using var losses = SampleLoss.PerSample(output, Target(batch));
        CheckShape(SampleLoss, "loss", losses, batch.Samples.size(0));
        using var weights = SampleLoss.Weights(Target(batch));
        if (weights is null)
        {
            return new StepLoss(losses.mean());
        }

        using var sum = losses.sum();
        using var weight = step.Count == step.BatchSize ? weights.sum() : WeightOfBatch(step);
        using var divisor = weight.Times(step.Share);
        return new StepLoss(sum.div(divisor));
    }

    // Where each part's sum over this times its share of the samples is weighed by that share, their sum is the mean of the batch.
    private Tensor WeightOfBatch(TrainingStep step)
    {
        using var target = Data.Training.Target(SampleLoss.IsOfClasses, step.BatchSize, step.Seed, step.Batch);
        using var weights = SampleLoss.Weights(target)!;
        return weights.sum();
    }
}
