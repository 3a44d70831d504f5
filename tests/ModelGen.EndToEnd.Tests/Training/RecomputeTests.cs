using ModelGen.Compiler.Graph;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Specs with and without <c>recompute</c>: the same gradients and the same weights at the end, byte for byte.</summary>
public class RecomputeTests : IDisposable
{
    private const string Mark = ", recompute: true";

    // In place of MARK stands the mark, or nothing; all of them have dropout inside, and some stand inside each other.
    private const string Gpt = """
        model: Reader
        family: transformer
        data: { tokens: { context: 8 } }
        blocks:
          mlp: { parameters: [n], layers: [linear: $n, gelu, dropout: 0.2, linear: 12] }
          attend: { layers: [residual: [layer-norm, self-attention: { heads: 2, causal: true, dropout: 0.1 }]] }
          feed: { layers: [residual: [layer-norm, { repeat: 2, layers: [linear: 12, tanh, dropout: 0.1]MARK }, { mlp: 24MARK }]] }
        network:
          - embed: { width: 12, positions: learned }
          - dropout: 0.1
          - { repeat: 2, layers: [attend, feed]MARK }
          - layer-norm
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, clip-norm: 1.0, batch: 4, duration: 12 steps, average: 0.9, validation: { every: 5 steps, batches: 2, fraction: 0.2 } }

        """;

    private const string Vae = """
        model: Painter
        family: vae
        data: { image: [1, 28, 28] }
        latent: 4
        condition: { classes: 10 }
        blocks:
          look: { layers: [conv: { channels: 4, kernel: 4, stride: 4 }, relu, dropout: 0.2] }
          draw: { layers: [linear: 49, relu, dropout: 0.2, reshape: [1, 7, 7]] }
        encoder: [{ look: MARK }, flatten, { repeat: 2, layers: [linear: 12, relu]MARK }]
        decoder: [{ draw: MARK }, conv-transpose: { channels: 1, kernel: 4, stride: 4 }]
        objective: { elbo: bernoulli }
        training: { optimizer: { adam: 1e-2 }, batch: 8, duration: 12 steps }

        """;

    private const string Game = """
        model: Player
        family: gan
        data: { image: [1, 28, 28] }
        latent: 4
        blocks: { draw: { layers: [linear: 49, relu, dropout: 0.2, reshape: [1, 7, 7]] } }
        generator: [{ draw: MARK }, conv-transpose: { channels: 1, kernel: 4, stride: 4 }, tanh]
        discriminator: [conv: { channels: 4, kernel: 4, stride: 4 }, leaky-relu, flatten, linear: 1]
        objective: wasserstein
        training: { optimizer: { adam: 1e-3 }, batch: 8, duration: 12 steps }

        """;

    private const string Codes = """
        model: Coder
        family: vq-vae
        data: { image: [1, 28, 28] }
        codebook: { codes: 8 }
        blocks: { look: { layers: [conv: { channels: 4, kernel: 4, stride: 4 }, relu, dropout: 0.2] } }
        encoder: [{ look: MARK }, conv: { channels: 3, kernel: 1 }]
        decoder: [{ repeat: 2, layers: [conv: { channels: 4, kernel: 1 }, relu]MARK }, conv-transpose: { channels: 1, kernel: 4, stride: 4 }]
        objective: { vector-quantised: bernoulli }
        training: { optimizer: { adam: 1e-2 }, batch: 8, duration: 12 steps }

        """;

    // Their losses come out of a recomputed part, and its second run adds none.
    private const string Experts = """
        model: Chooser
        family: transformer
        data: { tokens: { context: 8 } }
        blocks:
          feed: { layers: [mixture-of-experts: { experts: 3, balance: 0.5, z-loss: 0.1, layers: [linear: 24, gelu, dropout: 0.2, linear: 12] }] }
        network:
          - embed: 12
          - { repeat: 2, layers: [{ residual: [layer-norm, { feed: MARK }] }, { repeat: 2, layers: [linear: 12, tanh]MARK }]MARK }
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, clip-norm: 1.0, batch: 4, accumulate: 2, duration: 12 steps }

        """;

    private static readonly Dictionary<string, string> Specs = new()
    {
        ["experts"] = Experts,
        ["gpt"] = Gpt,
        ["vae"] = Vae,
        ["gan"] = Game,
        ["vq-vae"] = Codes,
    };

    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 60).Select(static i => $"The {i % 7}th line of {i % 3} is short.\n")
    );

    private readonly int _threads = get_num_threads();

    // Two threads cost more than they bring with tensors this small.
    public RecomputeTests() => set_num_threads(1);

    public static TheoryData<string> Models => [.. Specs.Keys];

    public void Dispose() => set_num_threads(_threads);

    [Theory]
    [MemberData(nameof(Models))]
    public void WeightsGradientsAndMeasuresAreTheSameBytes(string model)
    {
        var (plain, marked) = (Compile(Specs[model], ""), Compile(Specs[model], Mark));
        Assert.DoesNotContain("Recompute", plain.Code, StringComparison.Ordinal);
        Assert.Contains("Recompute", marked.Code, StringComparison.Ordinal);

        var (expected, actual) = (Train(plain), Train(marked));
        Assert.Equal(expected.Gradients, actual.Gradients);
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.True(expected.Gradients.Count(static gradient => gradient is not null) > 5);
    }

    private static CompiledModel Compile(string spec, string mark) =>
        SpecAssembly.Compile(spec.Replace("MARK", mark, StringComparison.Ordinal));

    private static (List<string?> Gradients, List<string> Weights, double? Loss) Train(CompiledModel compiled)
    {
        var options = compiled.Training!;
        using var model = compiled.Create<nn.Module>(seed: 3);
        using var data = Data(compiled.Graph, model);
        var objective = model is LanguageModel language
            ? language.CreateObjective((TokenDataset)data)
            : ((SampleModel)model).CreateObjective((SampleDataset)data);
        var gradients = Enumerable
            .Range(0, objective.Plan(options).Phases.Count)
            .SelectMany(phase => Gradients(objective, options, phase))
            .ToList();

        using var trainer = new Trainer(objective, options, seed: 4) { ReportEvery = 1 };
        if (compiled.Graph.Spec.Name != "Chooser")
        {
            // TorchSharp counts a gradient that is not there as a tensor, and an expert to which nothing goes has none.
            trainer.Observers.Add(new LiveTensors());
        }

        var result = trainer.Run();
        return (
            gradients,
            [
                .. model
                    .state_dict()
                    .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
                    .Select(static pair => $"{pair.Key} {Bytes(pair.Value)}"),
            ],
            result.ValidationLoss
        );
    }

    private static IDisposable Data(ModelGraph graph, nn.Module model) =>
        model is LanguageModel language
            ? TokenDataset.Create(Text, language.CreateTokenizer(Text), (int)graph.Data.Context, 0.2)
            : SampleDataset.Create(DrawnDigits.Create(60, seed: 1), test: null, validationFraction: 0.2);

    private static List<string?> Gradients(Objective objective, TrainingOptions options, int phase)
    {
        manual_seed(9).Dispose();
        using (var loss = objective.Loss(new TrainingStep(objective.Plan(options), phase, Repetition: 0, Seed: 4, Step: 0)))
        {
            loss.Total.backward();
        }

        var gradients = new List<string?>();
        foreach (var parameter in objective.Model.parameters())
        {
            using var gradient = parameter.grad;
            gradients.Add(gradient is null ? null : Bytes(gradient));
            parameter.grad = null;
        }

        return gradients;
    }

    private static string Bytes(Tensor tensor)
    {
        using var whole = tensor.contiguous();
        return Convert.ToHexString(whole.bytes);
    }

    /// <summary>Fails where a step leaves tensors behind.</summary>
    private sealed class LiveTensors : TrainingObserver
    {
        private long? _first;

        public override void OnStep(StepReport report)
        {
            var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            if (report.Step > 1)
            {
                Assert.Equal(_first ??= live, live);
            }
        }
    }
}
