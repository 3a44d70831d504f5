using ModelGen.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>Two linear layers, whose weights are all drawn to the number of the next step: the loss is ½ Σ (w − step − 1)².</summary>
internal sealed class Bowl : Objective, IDisposable
{
    public Layers Weights { get; } = new();

    /// <summary>The names of the weights that had to have a gradient, step by step.</summary>
    public List<string> Asked { get; } = [];

    public override nn.Module Model => Weights;

    public override string Fingerprint => "bowl";

    public override string DataFingerprint => "no data";

    public override IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

    public override TrainingPlan Plan(TrainingOptions options) =>
        new([WholeModel(options)], options.BatchSize, "images", options.BatchSize, StepsPerEpoch: 10);

    public override StepLoss Loss(TrainingStep step)
    {
        using var scope = NewDisposeScope();
        Asked.Add(
            string.Join(
                ' ',
                Weights.named_parameters().Where(static each => each.parameter.requires_grad).Select(static each => each.name).Order()
            )
        );
        return new StepLoss(Distance(Weights.parameters(), step.Step).MoveToOuterDisposeScope());
    }

    /// <summary>The loss.</summary>
    public static Tensor Distance(IEnumerable<Parameter> weights, long step) =>
        weights.Select(weight => (weight - (step + 1.0)).square().sum() * 0.5).Aggregate(static (sum, next) => sum + next);

    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) => [];

    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => [];

    public void Dispose() => Weights.Dispose();

    public sealed class Layers : nn.Module
    {
        public Layers()
            : base(nameof(Layers))
        {
            register_module("near", Filled(0.25));
            register_module("far", Filled(-0.5));
        }

        private static Linear Filled(double value)
        {
            var layer = nn.Linear(2, 3);
            using var constant = no_grad();
            foreach (var parameter in layer.parameters())
            {
                using var values = linspace(value, value + 1, parameter.numel()).reshape(parameter.shape);
                parameter.copy_(values);
            }

            return layer;
        }
    }
}
