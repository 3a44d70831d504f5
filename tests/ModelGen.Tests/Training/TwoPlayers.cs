using ModelGen.Data;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

/// <summary>
/// A game of two players over numbers of their own: the second wants its number at the first's, the first wants to be at the batch's
/// number less half of the second's. Each loss reads both, so a gradient that goes astray shows.
/// </summary>
internal sealed class TwoPlayers : Objective, IDisposable
{
    public const int Times = 2;

    public Game Players { get; } = new();

    public override nn.Module Model => Players;

    public override string Fingerprint => "two players";

    public override string DataFingerprint => "no data";

    public override IReadOnlyList<FileProblem> DataProblems => LeftOut;

    public IReadOnlyList<FileProblem> LeftOut { get; init; } = [];

    public override IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

    /// <summary>What a batch holds.</summary>
    public static double Number(int repetition, long step) => 1 + step + (0.5 * repetition);

    public override TrainingPlan Plan(TrainingOptions options) =>
        new(
            [
                new("first", [new("first", Players.First)], options.Optimizer with { LearningRate = 0.1 }, Times),
                new("second", [new("second", Players.Second)], options.Optimizer),
            ],
            options.BatchSize,
            "images",
            options.BatchSize,
            StepsPerEpoch: 12.5
        );

    public override StepLoss Loss(TrainingStep step)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Players.First, Players.Second);
        var distance = step.Phase == 0 ? first + (0.5 * second) - Number(step.Repetition, step.Step) : second - first;
        return new StepLoss(
            distance.square().sum().MoveToOuterDisposeScope(),
            (step.Phase == 0 ? "opponent" : "own", second.detach().sum().MoveToOuterDisposeScope())
        );
    }

    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) => [];

    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => [];

    public void Dispose() => Players.Dispose();

    public sealed class Game : nn.Module
    {
        public Game()
            : base(nameof(Game))
        {
            First = nn.Parameter(full([1], 0.25));
            Second = nn.Parameter(full([1], -0.5));
            register_parameter("first", First);
            register_parameter("second", Second);
        }

        public TorchSharp.Modules.Parameter First { get; }

        public TorchSharp.Modules.Parameter Second { get; }

        protected override void RegisterComponents() { }
    }
}
