using ModelGen.Layers;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>Losses of layers in a training step.</summary>
public sealed class LayerLossTests : IDisposable
{
    private const int BatchSize = 7;
    private const double Weight = 0.25;

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new SgdOptions { LearningRate = 0.5 },
        BatchSize = BatchSize,
        Duration = Duration.Steps(3),
        Validation = new ValidationOptions { Every = Duration.Steps(100), Batches = 1 },
    };

    private readonly int _threads = get_num_threads();

    public LayerLossTests() => set_num_threads(3);

    public void Dispose() => set_num_threads(_threads);

    // A mean over samples, whatever share of the batch the objective says that a part has.
    [Theory]
    [InlineData(1, BatchSplit.Sequential, false)]
    [InlineData(2, BatchSplit.Sequential, false)]
    [InlineData(3, BatchSplit.Sequential, true)]
    [InlineData(1, BatchSplit.Parallel, false)]
    [InlineData(2, BatchSplit.Parallel, true)]
    public void AreAddedToThatOfTheObjectiveAndShownBesideIt(int parts, BatchSplit split, bool saysShare)
    {
        var (weights, reports) = Train(new Penalised { Split = split, SaysShare = saysShare }, parts);

        // By hand: descent on mean (w x − 1)² + weight · mean (w x)².
        var w = 0.5;
        double[] xs = [.. Enumerable.Range(1, BatchSize).Select(static i => i / 4.0)];
        for (var step = 0; step < 3; step++)
        {
            var (loss, penalty) = (xs.Average(x => Math.Pow((w * x) - 1, 2)), xs.Average(x => Math.Pow(w * x, 2)));
            Assert.Equal(["loss", "penalty", "largest"], reports[step].Select(static metric => metric.Name));
            Assert.Equal(loss + (Weight * penalty), reports[step][0].Value, 1e-5);
            Assert.Equal(penalty, reports[step][1].Value, 1e-5);
            w -= 0.5 * xs.Average(x => (2 * x * ((w * x) - 1)) + (Weight * 2 * w * x * x));
        }

        Assert.Equal(w, weights, 1e-5);
    }

    [Fact]
    public void AreNamedAfterThePhaseWhereThereAreSeveral()
    {
        var (_, reports) = Train(new Penalised { Phase = "player" }, parts: 1);
        Assert.Equal(["player_loss", "player_penalty", "player_largest"], reports[0].Select(static metric => metric.Name));
    }

    private static (double Weight, List<IReadOnlyList<MetricValue>> Reports) Train(Penalised objective, int parts)
    {
        var watcher = new Watcher();
        using (objective)
        using (
            var trainer = new Trainer(objective, Options with { Accumulate = parts }, seed: 1) { ReportEvery = 1, Observers = { watcher } }
        )
        {
            trainer.Run();
            return (objective.Layer.Inner.weight!.item<float>(), watcher.Reports);
        }
    }

    private sealed class Watcher : TrainingObserver
    {
        public List<IReadOnlyList<MetricValue>> Reports { get; } = [];

        public override void OnStep(StepReport report) => Reports.Add(report.Metrics);
    }

    private sealed class Shrunk : nn.Module<Tensor, Tensor>
    {
        public Shrunk()
            : base(nameof(Shrunk))
        {
            register_module("inner", Inner);
            using var noGrad = no_grad();
            Inner.weight!.fill_(0.5);
        }

        public Linear Inner { get; } = nn.Linear(1, 1, hasBias: false);

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var output = Inner.call(input);
            AuxiliaryLosses.Add("penalty", output.square().mean(), Weight);
            AuxiliaryLosses.ShowLargest("largest", output.max());
            return output.MoveToOuterDisposeScope();
        }

        protected override void RegisterComponents() { }
    }

    private sealed class Penalised : Objective, IDisposable
    {
        public Shrunk Layer { get; } = new();

        public BatchSplit Split { get; init; } = BatchSplit.Sequential;

        public bool SaysShare { get; init; }

        public string Phase { get; init; } = "";

        public override nn.Module Model => Layer;

        public override string Fingerprint => "shrunk";

        public override string DataFingerprint => "no data";

        public override IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

        public override BatchSplit BatchSplit => Split;

        // As if a batch were worth any number of threads.
        public override long MultiplyAdds => 1L << 30;

        public override TrainingPlan Plan(TrainingOptions options) =>
            new([WholeModel(options) with { Name = Phase }], options.BatchSize, "samples", options.BatchSize, StepsPerEpoch: 10);

        public override StepLoss Loss(TrainingStep step)
        {
            using var scope = NewDisposeScope();
            var x = arange(1, BatchSize + 1, float32).narrow(0, step.First, step.Count).view(-1, 1) / 4;
            var distances = (Layer.call(x) - 1).square();

            // The same weighted sum, said in other shares.
            var share = Math.Pow(step.Count, 2);
            return new StepLoss((SaysShare ? distances.mean() * step.Share / share : distances.mean()).MoveToOuterDisposeScope())
            {
                Share = SaysShare ? share : null,
            };
        }

        public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) => [];

        public override IReadOnlyList<MetricValue> Validate(
            int batchSize,
            IProgress<double>? progress = null,
            CancellationToken cancellationToken = default
        ) => [];

        public void Dispose() => Layer.Dispose();
    }
}
