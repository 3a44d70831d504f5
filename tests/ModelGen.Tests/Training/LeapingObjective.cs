using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>Next-token prediction whose loss leaps on some batches.</summary>
internal sealed class LeapingObjective(CharacterGpt model, TokenDataset data, int leapAt, int leapUntil = 0, double leap = 1000) : Objective
{
    private readonly NextTokenObjective _inner = new(model, data);

    /// <summary>The batches that losses were asked for on.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>The loss on validation data, if not the model's own.</summary>
    public double? Measured { get; init; }

    public override nn.Module Model => _inner.Model;

    public override string Fingerprint => _inner.Fingerprint;

    public override string DataFingerprint => _inner.DataFingerprint;

    public override IReadOnlyDictionary<string, string> Metadata => _inner.Metadata;

    public override ModelGen.Layers.BatchSplit BatchSplit => _inner.BatchSplit;

    public override TrainingPlan Plan(TrainingOptions options) => _inner.Plan(options);

    public override StepLoss Loss(TrainingStep step)
    {
        Batches.Add((int)step.Batch);
        var loss = _inner.Loss(step);
        if (step.Batch < leapAt || step.Batch > Math.Max(leapAt, leapUntil))
        {
            return loss;
        }

        using (loss)
        {
            return new StepLoss(loss.Total * leap);
        }
    }

    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Measured is { } loss ? [new MetricValue("loss", loss)] : _inner.EstimateValidation(batchSize, batches, seed);

    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => _inner.Validate(batchSize, progress, cancellationToken);
}
