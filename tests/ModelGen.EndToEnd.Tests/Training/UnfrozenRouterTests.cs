using ModelGen.Data;
using ModelGen.Tokenization;
using ModelGen.Training;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>A layer with a loss of its own that begins to learn later.</summary>
public sealed class UnfrozenRouterTests
{
    [Fact]
    public void ItsLossCountsFromThenOn()
    {
        using var model = new Committee();
        using var data = TokenDataset.Create(
            string.Concat(Enumerable.Range(0, 200).Select(static i => $"{i} + {i % 7} =<answer>{i + (i % 7)}<end>")),
            model.CreateTokenizer(TextCorpus.FromText("a")),
            Committee.Context,
            validationFraction: 0.2
        );
        var options = Committee.Training with
        {
            Duration = Duration.Steps(12),
            Unfreeze = new Dictionary<string, Duration> { ["mixture_of_experts"] = Duration.Steps(5) },
        };
        using var trainer = new Trainer(model.CreateObjective(data), options, seed: 3) { ReportEvery = 4 };
        var seen = new Reports();
        trainer.Observers.Add(seen);
        trainer.Run();

        // Steps 1 to 4 without it, 5 to 8 from the sixth on, and then all.
        Assert.Equal([0, 1, 1], seen.Names.Select(static names => names.Count(static name => name == "expert_balance")));
        Assert.All(seen.Balance, static loss => Assert.InRange(loss, 0.9, 4));
    }

    private sealed class Reports : TrainingObserver
    {
        public List<IReadOnlyList<string>> Names { get; } = [];

        public List<double> Balance { get; } = [];

        public override void OnStep(StepReport report)
        {
            Names.Add([.. report.Metrics.Select(static metric => metric.Name)]);
            Balance.AddRange(report.Metrics.Where(static metric => metric.Name == "expert_balance").Select(static metric => metric.Value));
        }
    }
}
