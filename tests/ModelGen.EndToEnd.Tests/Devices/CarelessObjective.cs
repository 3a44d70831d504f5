using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Devices;

/// <summary>An objective with something that its author has left on the CPU.</summary>
internal sealed class CarelessObjective(Objective objective, string what) : Objective
{
    public override nn.Module Model => objective.Model;

    public override string Fingerprint => objective.Fingerprint;

    public override string DataFingerprint => objective.DataFingerprint;

    public override IReadOnlyDictionary<string, string> Metadata => objective.Metadata;

    public override TrainingPlan Plan(TrainingOptions options) => objective.Plan(options);

    public override StepLoss Loss(TrainingStep step)
    {
        using var scope = NewDisposeScope();
        var loss = objective.Loss(step).Total.expand(2);
        var changed = what switch
        {
            "a mask" => loss.mul(ones(2)),
            "a number" => loss.mul(ones([])),
            "an index" => loss.index_select(0, zeros(1, int64)),
            "one of several" => cat([loss, ones(2)]),
            _ => loss.unsqueeze(0).matmul(ones(2, 1)),
        };
        return new StepLoss(changed.sum().MoveToOuterDisposeScope());
    }

    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) => [];

    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => [];
}
