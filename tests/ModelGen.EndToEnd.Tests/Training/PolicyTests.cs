using System.Security.Cryptography;
using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Policies;
using ModelGen.Rewards;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Policies that are generated models, with what they end with.</summary>
public sealed class PolicyTests : IDisposable
{
    private const int Vocabulary = 23;

    private const int Context = 12;

    private const string Blocks =
        "residual: [layer-norm, self-attention: { heads: 3, causal: true }], residual: [rms-norm, linear: 30, gelu, linear: 24]";

    // A tied last layer after a norm and after a residual, one of its own, and a linear one.
    private static readonly Dictionary<string, string> Networks = new()
    {
        ["tied"] = $"[embed: {{ width: 24, positions: learned }}, {Blocks}, layer-norm, unembed]",
        ["untied"] = $"[embed: {{ width: 24, positions: sinusoidal }}, {Blocks}, unembed: {{ tied: false }}]",
        ["linear"] = $"[embed: {{ width: 24, positions: learned }}, {Blocks}, rms-norm, linear: 7, tanh, linear: 23]",
    };

    private static readonly CharacterTokenizer Characters = CharacterTokenizer.FromText(
        "abcdefghijklmnopqrstuv",
        Vocabulary,
        (SpecialTokenRole.End, "<end>")
    );

    private static readonly PatternReward Reward = new() { Pattern = "[aeiou]$" };

    private readonly TemporaryFolder _folder = new();

    public PolicyTests() => set_num_threads(1);

    public static TheoryData<string> Ends => [.. Networks.Keys];

    public void Dispose() => _folder.Dispose();

    // Through the values alone, so that their gradient is that of a linear map of the last layer's input.
    [Theory]
    [MemberData(nameof(Ends))]
    public void HiddenStatesAreWhatScoresAreMadeOf(string end)
    {
        using var scope = NewDisposeScope();
        using var model = Language(end);
        var hidden = new HiddenStates(model);
        Assert.Equal(end == "linear" ? 7 : 24, hidden.Width);
        using var collected = hidden.Collect();
        var scores = model.call(randint(Vocabulary, [3, 5], ScalarType.Int64));
        Assert.Equal([3, 5, hidden.Width], collected.Last.shape);
        Assert.True(collected.Last.requires_grad);
        var weights = model
            .state_dict()
            .Where(entry => entry.Value.shape.AsSpan().SequenceEqual([Vocabulary, hidden.Width]))
            .Select(static entry => entry.Value)
            .ToList();
        var bias =
            end == "linear" ? model.state_dict().Last(static entry => entry.Key.EndsWith("bias", StringComparison.Ordinal)).Value : null;
        Assert.Contains(weights, weight => Distance(nn.functional.linear(collected.Last, weight, bias), scores) < 1e-4);

        collected.Last.sum().backward();
        Assert.NotNull(model.parameters().First().grad);
    }

    [Fact]
    public void AModelThatEndsOtherwiseHasNone()
    {
        using var model = Language("[embed: 8, self-attention: { heads: 2, causal: true }, linear: 23, tanh]");

        // Of very small numbers tanh gives the numbers themselves.
        using (no_grad())
        {
            foreach (var weight in model.parameters())
            {
                weight.mul_(30);
            }
        }

        var exception = Assert.Throws<ModelGenException>(() => new HiddenStates(model));
        Assert.Contains("Writer ends with another one", exception.Message, StringComparison.Ordinal);
    }

    // The rollouts are those of the cache, and the losses those of a forward: the ratios tell whether both are the same policy.
    [Theory]
    [InlineData("tied", "ppo")]
    [InlineData("untied", "ppo")]
    [InlineData("linear", "ppo")]
    [InlineData("tied", "grpo")]
    [InlineData("untied", "rloo")]
    public void APolicyLearnsAndIsResumedExactly(string end, string kind)
    {
        var (whole, before, after) = Run("whole", null);
        Run("parts", 7);
        Assert.Equal(whole, Run("parts", null).Bytes);
        Assert.True(after > before + 0.3, $"{before} and {after}");

        (string Bytes, double Before, double After) Run(string name, int? stopAt)
        {
            using var model = Language(end);
            using var stop = new CancellationTokenSource();
            var prompts = PromptDataset.Create(new(["", "ab", "u", "tt"]), test: null, Characters, Context, validationFraction: 0.3);
            PolicyObjective objective = kind switch
            {
                "ppo" => new PpoObjective(
                    model,
                    prompts,
                    new()
                    {
                        Reward = Reward,
                        Answers = 8,
                        MaxTokens = 5,
                        KlWeight = 0.01,
                        Epochs = 2,
                    }
                ),
                "grpo" => new GrpoObjective(
                    model,
                    prompts,
                    new()
                    {
                        Reward = Reward,
                        MaxTokens = 5,
                        KlWeight = 0.01,
                    }
                ),
                _ => new RlooObjective(
                    model,
                    prompts,
                    new()
                    {
                        Reward = Reward,
                        MaxTokens = 5,
                        KlWeight = 0.01,
                    }
                ),
            };
            var options = new TrainingOptions
            {
                Optimizer = new AdamWOptions { LearningRate = 1e-2 },
                ClipNorm = 1,
                BatchSize = 4,
                Duration = Duration.Steps(40),
                Validation = new ValidationOptions(),
                Checkpoint = new CheckpointOptions { Every = Duration.Steps(10) },
            };
            using var trainer = new Trainer(objective, options, seed: 2)
            {
                CheckpointFolder = _folder.Of(name),
                ReportEvery = 1,
                Observers = { new Stopper(stop, stopAt) },
            };
            var first = Share(objective);
            if (StepFiles.NewestFirst(_folder.Of(name)).Count > 0)
            {
                using var checkpoint = Checkpoint.OpenNewest(_folder.Of(name));
                trainer.Resume(checkpoint);
            }

            trainer.Run(stop.Token);
            var last = StepFiles.PathOf(_folder.Of(name), 40);
            return (File.Exists(last) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(last))) : "", first, Share(objective));
        }

        static double Share(Objective objective) => objective.Validate(4).Single(static metric => metric.Name == "reward").Value;
    }

    private static double Distance(Tensor x, Tensor y) => (x.detach() - y.detach()).abs().max().item<float>();

    private static LanguageModel Language(string network) =>
        SpecAssembly
            .Compile(
                $"""
                model: Writer
                family: transformer
                data: {"{"} tokens: {"{"} vocabulary: 23, context: 12, tokenizer: characters, end-token: <end> {"}"} {"}"}
                network: {Networks.GetValueOrDefault(network, network)}
                objective: next-token
                """
            )
            .Create<LanguageModel>(seed: 5);

    private sealed class Stopper(CancellationTokenSource stop, int? stopAt) : TrainingObserver
    {
        public override void OnStep(StepReport report)
        {
            if (report.Step == stopAt)
            {
                stop.Cancel();
            }
        }
    }
}
