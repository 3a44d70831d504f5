using ModelGen.Compiler.Language;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.EndToEnd.Tests.Layers;
using ModelGen.Models;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>
/// What the compiler says of an optimizer and a schedule is what a run would say: it refuses what would fail, and nothing else.
/// </summary>
public sealed class RefusedTrainingTests(LayerValueTests.Models models) : IClassFixture<LayerValueTests.Models>
{
    private const double Rate = 1e-3;

    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 100).Select(static i => $"The {i % 7}th line of {i % 3} is short.\n")
    );

    public static IEnumerable<object[]> Layers => LayerValueTests.Names;

    [Theory]
    [InlineData("cosine: { floor: FLOOR }")]
    [InlineData("linear: { floor: FLOOR }")]
    [InlineData("restarts: { period: 2 steps, floor: FLOOR }")]
    [InlineData("warmup-stable-decay: { decay: 2 steps, floor: FLOOR }")]
    public void AFloorMayReachTheLearningRateAndNotMore(string schedule)
    {
        var refused = Spec($"adamw: {Rate}", schedule.Replace("FLOOR", "2e-3", StringComparison.Ordinal), "linear: 8");
        Assert.Contains("error MG2006", Assert.Single(new SpecAssembly().Add(refused)), StringComparison.Ordinal);

        var compiled = SpecAssembly.Compile(
            Spec($"adamw: {Rate}", schedule.Replace("FLOOR", "1e-3", StringComparison.Ordinal), "linear: 8")
        );
        Assert.Equal(3, Run(compiled, compiled.Training!));
        Assert.Throws<ArgumentException>(() => Run(compiled, compiled.Training! with { Schedule = Lifted(compiled.Training!.Schedule) }));
    }

    [Fact]
    public void MuonNeedsAMatrix()
    {
        Assert.Contains(
            "error MG2026: 'muon'",
            Assert.Single(new SpecAssembly().Add(Spec("muon: 1e-3", "constant", "gelu"))),
            StringComparison.Ordinal
        );

        var compiled = SpecAssembly.Compile(Spec("muon: 1e-3", "constant", "linear: 8"));
        Assert.Equal(3, Run(compiled, compiled.Training!));
        var without = SpecAssembly.Compile(Spec("adamw: 1e-3", "constant", "gelu"));
        Assert.Throws<ArgumentException>(() =>
            Run(without, without.Training! with { Optimizer = new MuonOptions { LearningRate = Rate } })
        );
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void TheCompilerKnowsWhichLayersMuonTrains(string name)
    {
        var compiled = models[name];
        using var model = compiled.Create();

        Assert.Equal(
            NamedParameter.AllOf(model).Any(static parameter => parameter.IsMatrix),
            Catalogue.Of<Compiler.Words.Optimizer>().Single(static word => word.Word == "muon").Idle(compiled.Graph.Root.Parts) is null
        );
    }

    private static string Spec(string optimizer, string schedule, string layer) =>
        $$"""
            model: Reader
            family: transformer
            data: { tokens: { context: 8 } }
            network: [embed: 8, {{layer}}, unembed]
            objective: next-token
            training: { optimizer: { {{optimizer}} }, schedule: { {{schedule}}{{(
                schedule.Contains(':', StringComparison.Ordinal) ? "" : ": {}"
            )}} }, batch: 2, duration: 3 steps }

            """;

    private static ScheduleOptions Lifted(ScheduleOptions schedule) =>
        schedule switch
        {
            WarmupStableDecaySchedule decay => decay with { Floor = 2 * Rate },
            _ => (FlooredSchedule)schedule with { Floor = 2 * Rate },
        };

    private static long Run(CompiledModel compiled, TrainingOptions options)
    {
        using var model = (LanguageModel)compiled.Create();
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
        using var trainer = new Trainer(model.CreateObjective(data), options, seed: 1);
        return trainer.Run(CancellationToken.None).Step;
    }
}
