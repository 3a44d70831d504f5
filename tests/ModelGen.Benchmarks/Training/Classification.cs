using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>Telling classes apart: the cross-entropy of a network's scores, on made-up samples that go round in order.</summary>
internal sealed class Classification : Objective
{
    private readonly Network _network;
    private readonly ClassificationData _data;

    public Classification(Network network, ClassificationData data) => (_network, _data) = (network, data);

    public override nn.Module Model => _network;

    public override string Fingerprint => nameof(Classification);

    public override string DataFingerprint => nameof(ClassificationData);

    public override IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public override BatchSplit BatchSplit => _network.BatchSplit;

    public override long MultiplyAdds => _network.MultiplyAdds;

    public override TrainingPlan Plan(TrainingOptions options) =>
        new([WholeModel(options)], options.BatchSize, "samples", options.BatchSize, (double)ClassificationData.Count / options.BatchSize);

    public override StepLoss Loss(TrainingStep step)
    {
        var (samples, classes) = _data.Batch((step.BatchSize * step.Batch) + step.First, step.Count);
        using (samples)
        using (classes)
        using (var scores = _network.call(samples))
        {
            return new StepLoss(nn.functional.cross_entropy(scores, classes));
        }
    }

    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) => [];

    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => [];
}
