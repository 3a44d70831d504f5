using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Objective = ModelGen.Training.Objective;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Numbers that are not finite, planted in each kind of place of generated models, are found there.</summary>
public sealed class DivergenceTests : IDisposable
{
    // Line 1 is the model's name.
    private const string Gpt = """
        model: Reader
        family: transformer
        data: { tokens: { context: 8 } }
        blocks:
          mlp: { layers: [linear: 24, gelu, dropout: 0.1, linear: 12] }
        network:
          - embed: { width: 12, positions: learned }
          - repeat: 2
            layers:
              - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
              - residual: [layer-norm, mlp]
          - layer-norm
          - unembed
        objective: next-token

        """;

    private const string Plain = """
        model: Plain
        family: network
        data: { tensor: [4] }
        network:
          - linear: 6
          - leaky-relu: 1e20
          - linear: 4
          - residual: [linear: 4]
          - residual: [linear: 4, leaky-relu: 1e10, dropout: 0.1]
          - { linear: 4, as: last }

        """;

    private const string Game = """
        model: Player
        family: gan
        data: { image: [1, 28, 28] }
        latent: 4
        generator: [linear: 49, relu, reshape: [1, 7, 7], conv-transpose: { channels: 1, kernel: 4, stride: 4 }, tanh]
        discriminator:
          - conv: { channels: 4, kernel: 4, stride: 4, spectral-norm: true }
          - leaky-relu: 1e5
          - flatten
          - linear: 1
        objective: wasserstein
        training: { optimizer: { adam: 1e-3 }, batch: 8, duration: 12 steps }

        """;

    private const string Vae = """
        model: Painter
        family: vae
        data: { image: [1, 28, 28] }
        latent: 4
        encoder: [flatten, linear: 8, relu]
        decoder: [linear: 784, reshape: [1, 28, 28]]
        objective: { elbo: bernoulli }
        training: { optimizer: { adam: 1e-2 }, batch: 8, duration: 12 steps }

        """;

    private static readonly string RecomputedGpt = Gpt.Replace(
        "- repeat: 2\n",
        "- repeat: 2\n    recompute: true\n",
        StringComparison.Ordinal
    );

    private static readonly Lazy<Dictionary<string, CompiledModel>> Models = new(static () =>
    {
        var assembly = new SpecAssembly();
        string[] specs = [Gpt, RecomputedGpt, Plain, Game, Vae];
        Assert.All(specs, spec => Assert.Equal([], assembly.Add(spec)));
        return specs.Zip(assembly.Load()).ToDictionary(static pair => pair.First, static pair => pair.Second);
    });

    private readonly int _threads = get_num_threads();

    // Two threads cost more than they bring with tensors this small.
    public DivergenceTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(_threads);

    [Theory]
    [InlineData("blocks.1.mlp.linear2.weight", "(5,51)")]
    [InlineData("blocks.0.self_attention.projection.bias", "(10,32)")]
    [InlineData("blocks.1.layer_norm2.weight", "(11,20)")]
    [InlineData("embed.positions.weight", "(7,5)")]
    public void AWeight(string name, string place)
    {
        using var model = Make<LanguageModel>(Gpt);
        Fill(model, name, double.NaN);

        var found = Find(model)!;

        Assert.Equal((DivergenceOrigin.Weight, name), (found.Origin, found.Name));
        Assert.Equal($"it began in the weight {name} (test.model.yaml{place}), which is not finite", found.Sentence);
    }

    // Scores of 10⁴⁰ are no float.
    [Fact]
    public void AnAttention()
    {
        using var model = Make<LanguageModel>(Gpt);
        Fill(model, "blocks.1.self_attention.qkv.bias", 1e20);

        Assert.Equal("it began in blocks.1.self_attention (test.model.yaml(10,32))", Find(model)!.Sentence);
    }

    [Fact]
    public void APartThatIsRecomputed()
    {
        using var model = Make<LanguageModel>(RecomputedGpt);
        Assert.Null(Find(model));
        Fill(model, "blocks.1.self_attention.qkv.bias", 1e20);

        Assert.Equal("it began in blocks.1.self_attention (test.model.yaml(11,32))", Find(model)!.Sentence);
    }

    [Fact]
    public void AModuleOfABlock()
    {
        using var model = Make<LanguageModel>(Gpt);
        Fill(model, "blocks.0.mlp.linear.weight", 1e30);
        Fill(model, "blocks.0.mlp.linear.bias", 1e30);
        Fill(model, "blocks.0.mlp.linear2.weight", 1e30);

        Assert.Equal("it began in blocks.0.mlp.linear2 (test.model.yaml(5,51))", Find(model)!.Sentence);
    }

    [Fact]
    public void TokensLeaveNothingToFindInAHealthyModel()
    {
        using var model = Make<LanguageModel>(Gpt);
        Assert.Null(Find(model));
    }

    [Fact]
    public void AnOperationBetweenModules()
    {
        using var model = Make<Network>(Plain);
        Fill(model, "linear.bias", -1e20);

        var found = Find(model, ones(2, 4))!;

        Assert.Equal((DivergenceOrigin.Layer, ""), (found.Origin, found.Name));
        Assert.Equal("it began in leaky-relu (test.model.yaml(6,5))", found.Sentence);
    }

    [Fact]
    public void OneOfSeveralOperationsOfABranch()
    {
        using var model = Make<Network>(Plain);
        Fill(model, "linear4.bias", -1e35);

        Assert.Equal(
            "it began in one of leaky-relu (test.model.yaml(9,27)), dropout (test.model.yaml(9,45)) and residual (test.model.yaml(9,5))",
            Find(model, ones(2, 4))!.Sentence
        );
    }

    // 2 · 10³⁸ and as much again.
    // What the search counts on, at the ends of the range.
    [Fact]
    public void OperationsThatKeepFiniteNumbersFiniteDoSo()
    {
        var assembly = new SpecAssembly();
        foreach (var (_, _, spec) in EveryWord.Specs.Where(static pair => pair.Word is Layer))
        {
            Assert.Equal([], assembly.Add(spec));
        }

        var kept = assembly
            .Load()
            .Where(static compiled => compiled.Graph.Root.Operations.All(static operation => operation.Op.KeepsFinite))
            .ToList();
        Assert.Equal(
            ["concatenate", "flatten", "global-maximum", "permute", "relu", "reshape", "sigmoid", "softmax", "tanh"],
            kept.SelectMany(static compiled => compiled.Graph.Root.Operations)
                .Select(static operation => operation.Op.Name)
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
        foreach (var compiled in kept)
        {
            using var scope = NewDisposeScope();
            using var model = compiled.Create();
            var input = compiled.Input(batch: 64, length: 4);
            foreach (var values in new[] { input.sign() * float.MaxValue, input * 1e30, input * float.Epsilon })
            {
                Assert.True(model.call(values).isfinite().all().item<bool>(), compiled.Code);
            }
        }
    }

    [Fact]
    public void AResidualsSum()
    {
        using var model = Make<Network>(Plain);
        foreach (var name in new[] { "linear2", "linear3" })
        {
            Fill(model, $"{name}.weight", 0);
            Fill(model, $"{name}.bias", 2e38);
        }

        Assert.Equal("it began in residual (test.model.yaml(8,5))", Find(model, ones(2, 4))!.Sentence);
    }

    [Fact]
    public void ALayerThatTheSpecNames()
    {
        using var model = Make<Network>(Plain);
        Fill(model, "last.weight", 3e38);
        Assert.Equal("it began in linear of last (test.model.yaml(10,5))", Find(model, ones(2, 4) * 100)!.Sentence);
    }

    [Fact]
    public void TheData()
    {
        using var model = Make<Network>(Plain);
        var found = Find(model, full([2, 4], float.PositiveInfinity))!;
        Assert.Equal((DivergenceOrigin.Data, ""), (found.Origin, found.Name));
        Assert.Equal("it began in the data: the input of the model is not finite", found.Sentence);

        using var painter = Make<Vae>(Vae);
        Assert.Equal(
            "it began in the data: the input of encoder is not finite",
            Divergence.Find(painter, () => painter.Encoder.call(full([2, 1, 28, 28], float.NaN)).sum())!.Sentence
        );
    }

    [Fact]
    public void TheLoss()
    {
        using var model = Make<Network>(Plain);
        using var input = ones(2, 4);
        Assert.Equal(
            "it began in the objective: the loss is not finite, but the output of every layer is",
            Divergence.Find(model, () => model.call(input).sum().mul(0).log())!.Sentence
        );
    }

    [Fact]
    public void AGradient()
    {
        using var model = Make<Network>(Plain);
        using var input = ones(2, 4);

        // The slope of a root at 0 is infinite.
        var found = Divergence.Find(model, () =>
        {
            var output = model.call(input);
            return (output - output.detach()).sqrt().sum();
        })!;

        Assert.Equal("it began in backward, in the gradient of last.bias (test.model.yaml(10,5)); the loss is finite", found.Sentence);
        Assert.All(model.parameters(), static parameter => Assert.Null(parameter.grad));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AGame(int phase)
    {
        using var data = Digits();
        using var model = Make<Gan>(Game);
        var objective = model.CreateObjective(data);
        Assert.Null(Find(objective, phase));

        Fill(model, "discriminator.conv.bias", -1e35);
        Assert.Equal(
            "it began in one of conv (test.model.yaml(7,5)) and leaky-relu (test.model.yaml(8,5)) of discriminator",
            Find(objective, phase)!.Sentence
        );
    }

    // exp(100) is no float: the noise of the latent overflows, after the encoder and before the decoder.
    [Fact]
    public void AnObjective()
    {
        using var data = Digits();
        using var model = Make<Vae>(Vae);
        var objective = model.CreateObjective(data);
        Assert.Null(Find(objective, phase: 0));

        Fill(model, "log_variance.bias", 200);
        var found = Find(objective, phase: 0)!;
        Assert.Equal(DivergenceOrigin.Objective, found.Origin);
        Assert.Equal("it began in the objective: the input that it passes to decoder is not finite", found.Sentence);
    }

    [Fact]
    public void AModelOfAttributesNamesItsFile()
    {
        using var model = new Classes.Scribe();
        Fill(model, "blocks.1.self_attention.qkv.bias", 1e20);
        Assert.Matches(@"^it began in blocks\.1\.self_attention \(Scribe\.cs\([0-9]+,[0-9]+\)\)$", Find(model)!.Sentence);
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var model = Make<LanguageModel>(Gpt);
        Fill(model, "blocks.1.self_attention.qkv.bias", 1e20);
        Find(model);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Find(model);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static T Make<T>(string spec)
        where T : nn.Module => Models.Value[spec].Create<T>();

    private static SampleDataset Digits() => SampleDataset.Create(DrawnDigits.Create(60, seed: 1), test: null, validationFraction: 0.2);

    private static Divergence? Find(LanguageModel model) => Divergence.Find(model, () => model.call(zeros([2, 5], int64)).square().mean());

    private static Divergence? Find(Network model, Tensor input)
    {
        using (input)
        {
            return Divergence.Find(model, () => model.call(input).sum());
        }
    }

    private static Divergence? Find(Objective objective, int phase)
    {
        var options = new GanTrainingOptions
        {
            Optimizer = new AdamOptions { LearningRate = 1e-3 },
            BatchSize = 8,
            Duration = Duration.Steps(1),
            Validation = new ValidationOptions(),
        };
        return Divergence.Find(objective.Model, () =>
            objective.Loss(new TrainingStep(objective.Plan(options), phase, Repetition: 0, Seed: 1, Step: 0)).Total
        );
    }

    private static void Fill(nn.Module model, string name, double value)
    {
        using var noGrad = no_grad();
        model.named_parameters().Single(pair => pair.name == name).parameter.fill_(value);
    }
}
