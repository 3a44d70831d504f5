using ModelGen.Compiler.Language;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using ModelGen.Training.Optimizers;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>
/// Models of every family with every objective, likelihood, optimizer, schedule and the like, while garbage is collected.
/// </summary>
[Collection(StressTests.Name)]
public class ModelTests(Stress stress, ModelTests.Models models) : IClassFixture<ModelTests.Models>
{
    private const int Batch = 4;

    // Every word in the example of a family; layers and data alone are of networks that learn nothing.
    private static readonly Dictionary<string, string> Specs = EveryWord
        .Specs.Where(static word => word.Spec.Contains("\ntraining:", StringComparison.Ordinal))
        .ToDictionary(static word => word.Name, static word => word.Spec);

    // Ways of training that are no words.
    internal static readonly Dictionary<string, Func<TrainingOptions, TrainingOptions>> Ways = new()
    {
        ["clipped"] = static options => options with { ClipNorm = 0.01 },
        ["averaged"] = static options => options with { Average = 0.9 },
        ["in parts"] = static options => options with { Accumulate = 2 },
        ["of scaled losses"] = static options => options with { LossScaling = true },
    };

    public static IEnumerable<string> NamesOfWords => Specs.Keys;

    public static TheoryData<string> Words => [.. NamesOfWords];

    public static TheoryData<string> Families => [.. NamesOfFamilies];

    // A schedule and an optimizer change no loss.
    public static TheoryData<string> Losses =>
        [
            .. EveryWord
                .Specs.Where(static word => word.Word is not (Schedule or Compiler.Words.Optimizer))
                .Select(static word => word.Name)
                .Where(Specs.ContainsKey),
        ];

    public static TheoryData<string, string> WaysOfFamilies
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var family in NamesOfFamilies)
            {
                foreach (var way in Ways.Keys)
                {
                    all.Add(family, way);
                }
            }

            return all;
        }
    }

    private static IEnumerable<string> NamesOfFamilies =>
        Specs.Keys.Where(static name => name.StartsWith("family ", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Losses))]
    public void LossesAndGradientsAreTheSame(string word)
    {
        using var trained = models.Create(word);
        var plan = trained.Objective.Plan(trained.Options with { BatchSize = Batch });
        stress.Check(results =>
        {
            trained.Restore();
            for (var phase = 0; phase < plan.Phases.Count; phase++)
            {
                using (var loss = trained.Objective.Loss(new TrainingStep(plan, phase, Repetition: 0, Seed: 1, Step: 0)))
                {
                    loss.Total.backward();
                    results.Add(loss.Parts.Select(static part => part.Value).Append(loss.Total));
                }

                foreach (var parameter in trained.Model.parameters())
                {
                    results.Take(parameter.grad);
                    parameter.grad = null;
                }
            }

            results.Add(trained.State);
        });
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void RunsAreTheSame(string word) => Run(word, static options => options);

    [Theory]
    [MemberData(nameof(WaysOfFamilies))]
    public void RunsOfEveryWayAreTheSame(string family, string way) => Run(family, Ways[way]);

    private void Run(string word, Func<TrainingOptions, TrainingOptions> change)
    {
        using var trained = models.Create(word);
        var options = change(trained.Options);
        stress.Check(results =>
        {
            trained.Restore();
            using var trainer = new Trainer(trained.Objective, options, seed: 1) { ReportEvery = 1, Observers = { new Watcher() } };
            results.AddValue(trainer.Run().ValidationLoss ?? 0);
            results.Add(trained.State);
        });
    }

    /// <summary>All the models, compiled together.</summary>
    public sealed class Models
    {
        private readonly Dictionary<string, CompiledModel> _models = [];

        /// <summary>Compiles them.</summary>
        public Models()
        {
            var assembly = new SpecAssembly();
            foreach (var spec in Specs.Values)
            {
                Assert.Equal([], assembly.Add(spec));
            }

            foreach (var (name, model) in Specs.Keys.Zip(assembly.Load()))
            {
                _models.Add(name, model);
            }
        }

        internal TrainedModel Create(string word, TorchSharp.torch.Device? device = null) => new(_models[word], Batch, device);
    }

    /// <summary>Has the trainer compute what only observers ask for.</summary>
    private sealed class Watcher : TrainingObserver;
}
