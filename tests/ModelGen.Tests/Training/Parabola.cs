using ModelGen.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>
/// The loss ½ λ (w − ξ)² of one number w, in double precision, with ξ = −2, 1, 1, −2, … from batch to batch: gradient descent is stable up
/// to a rate of 2 / λ. A buffer counts the batches.
/// </summary>
internal sealed class Parabola : Objective, IDisposable
{
    private readonly double _curvature;

    public Parabola(double curvature, double from = 10)
    {
        _curvature = curvature;
        Number = new Place(from);
    }

    public Place Number { get; }

    /// <summary>What happens at a batch before its loss is taken; what it gives is added to the loss.</summary>
    public Func<long, double> Before { get; init; } = static _ => 0;

    /// <summary>What is added to the loss of a batch besides, from the number.</summary>
    public Func<long, Tensor, Tensor?> Term { get; init; } = static (_, _) => null;

    public override nn.Module Model => Number;

    public override string Fingerprint => "parabola";

    public override string DataFingerprint => "no data";

    public override IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

    public override TrainingPlan Plan(TrainingOptions options) =>
        new([WholeModel(options)], options.BatchSize, "images", options.BatchSize, StepsPerEpoch: 10);

    public override StepLoss Loss(TrainingStep step)
    {
        using var scope = NewDisposeScope();
        var added = Before(step.Step);
        using (no_grad())
        {
            Number.Count.add_(1);
        }

        var distance = Number.Value - (step.Step % 3 == 0 ? -2.0 : 1.0);
        var loss = ((distance * distance * (0.5 * _curvature)) + added).sum();
        if (Term(step.Step, Number.Value) is { } term)
        {
            loss += term.sum();
        }

        return new StepLoss(loss.MoveToOuterDisposeScope());
    }

    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        throw new InvalidOperationException("Nothing is to be validated.");

    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => throw new InvalidOperationException("Nothing is to be validated.");

    public void Dispose() => Number.Dispose();

    public sealed class Place : nn.Module
    {
        public Place(double from)
            : base(nameof(Place))
        {
            Value = nn.Parameter(full([1], from, dtype: ScalarType.Float64));
            Count = zeros([1], ScalarType.Int64);
            Frozen = nn.Dropout(0.5);
            register_parameter("value", Value);
            register_buffer("count", Count);
            register_module("frozen", Frozen);
        }

        public Parameter Value { get; }

        public Tensor Count { get; }

        public Dropout Frozen { get; }
    }
}
