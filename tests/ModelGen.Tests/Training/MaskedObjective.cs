using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>
/// The mean squared distance of a linear layer's result from a target over the places of a batch that count, of which every sample has
/// another number. Beside the model it keeps a running mean of its losses, which the next loss depends on.
/// </summary>
internal sealed class MaskedObjective : Objective, IDisposable
{
    private const int Places = 6;

    private readonly RunningMean _mean = new();
    private readonly Dictionary<string, IRunState> _states;
    private double _counted;

    public MaskedObjective()
    {
        manual_seed(4).Dispose();
        Layer = nn.Linear(Places, Places);
        _states = new Dictionary<string, IRunState> { ["mean"] = _mean };
    }

    public Linear Layer { get; }

    /// <summary>Whether the loss of a part says its share.</summary>
    public bool SaysShare { get; init; } = true;

    public override nn.Module Model => Layer;

    public override string Fingerprint => "masked";

    public override string DataFingerprint => "no data";

    public override IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

    public override BatchSplit BatchSplit => BatchSplit.Sequential;

    public override IReadOnlyDictionary<string, IRunState> States => _states;

    public override TrainingPlan Plan(TrainingOptions options) =>
        new([WholeModel(options)], options.BatchSize, "samples", options.BatchSize, StepsPerEpoch: 10);

    public override void BeforeParts(IReadOnlyList<TrainingStep> parts)
    {
        using var scope = NewDisposeScope();
        _counted = parts.Sum(static part => Mask(part).sum().item<float>());
    }

    public override StepLoss Loss(TrainingStep step)
    {
        using var scope = NewDisposeScope();
        var mask = Mask(step);
        var counted = mask.sum().item<float>();
        var distance = (Layer.call(Samples(step)) - 1).square();
        var loss = ((distance * mask).sum() / counted) + (_mean.Value.clone() * Layer.weight!.sum());
        if (step.First + step.Count == step.BatchSize)
        {
            _mean.Add(step.Step);
        }

        return new StepLoss(loss.MoveToOuterDisposeScope())
        {
            Share = SaysShare && step.Count < step.BatchSize ? counted / _counted : null,
        };
    }

    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) => [];

    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => [];

    public void Dispose()
    {
        Layer.Dispose();
        _mean.Value.Dispose();
    }

    // Sample i has the first i + 1 places.
    private static Tensor Mask(TrainingStep step) =>
        (arange(Places).unsqueeze(0) <= arange(step.First, step.First + step.Count).remainder(Places).unsqueeze(1)).to(ScalarType.Float32);

    private static Tensor Samples(TrainingStep step) =>
        (
            arange(step.First, step.First + step.Count, dtype: ScalarType.Float32).unsqueeze(1) * 0.3
            + arange(Places, dtype: ScalarType.Float32)
            + step.Step
        ).sin();

    private sealed class RunningMean : IRunState
    {
        private long _count;

        public Tensor Value { get; } = zeros([]).DetachFromDisposeScope();

        public IReadOnlyDictionary<string, Tensor> Tensors => new Dictionary<string, Tensor> { ["value"] = Value };

        public IReadOnlyDictionary<string, string> Texts => new Dictionary<string, string> { ["count"] = $"{_count}" };

        public void Restore(IReadOnlyDictionary<string, string> texts) =>
            _count = long.Parse(texts["count"], System.Globalization.CultureInfo.InvariantCulture);

        public void Add(long step)
        {
            using var noGrad = no_grad();
            _count++;
            Value.add_(((step % 5 / 50.0) - Value.item<float>()) / _count);
        }
    }
}
