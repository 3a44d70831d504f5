using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Tuning;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

/// <summary>Learning how to answer: from examples, from preferences, and from good and bad answers.</summary>
public sealed class PreferenceObjectiveTests : IDisposable
{
    private const int Context = 16;

    private static readonly ByteTokenizer Tokenizer = new((SpecialTokenRole.End, "<end>"));

    private static readonly PreferencePair[] Pairs =
    [
        .. Enumerable
            .Range(0, 40)
            .Select(static i => new PreferencePair(i % 3 == 0 ? "" : $"{i}", $"{i}good", i % 2 == 0 ? $"{i}no" : "bad")),
    ];

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        BatchSize = 6,
        Duration = Duration.Steps(12),
        Validation = new ValidationOptions(),
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(1), Keep = 100 },
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Stages => ["answers", "dpo", "ipo", "simpo", "orpo", "kto", "kto-ratings"];

    public void Dispose() => _scope.Dispose();

    /// <summary>Before the first step the model is the reference: the losses have their values at h = 0.</summary>
    [Fact]
    public void TheModelItselfIsTheReferenceAtFirst()
    {
        Assert.Equal(Math.Log(2), Validated("dpo", "loss"), 1e-6);
        Assert.Equal(25, Validated("ipo", "loss"), 1e-4); // (1 / (2 · 0.1))²
        Assert.Equal(0.5, Validated("kto", "loss"), 1e-6);
        Assert.Equal(0, Validated("dpo", "margin"), 1e-6);
    }

    /// <summary>The same from the scores of one token at a time, in double precision, once the model has moved from the reference.</summary>
    [Fact]
    public void ALossIsThatOfTheLogProbabilitiesOfTheAnswers()
    {
        var (model, data) = (NewModel(), Preferences());
        var reference = Pairs.ToDictionary(static pair => pair, pair => LogProbabilities(model, pair));
        var objective = new PreferenceObjective(model, data, new DpoLoss { Beta = 0.3 });
        Run(objective, Options with { Checkpoint = null });

        var held = Pairs[^8..];
        var margins = held.Select(pair =>
        {
            var (chosen, rejected) = LogProbabilities(model, pair);
            return 0.3 * (chosen - reference[pair].Chosen - rejected + reference[pair].Rejected);
        });
        var metrics = objective.Validate(batchSize: 3).ToDictionary(static metric => metric.Name, static metric => metric.Value);
        Assert.Equal(margins.Average(static h => Math.Log(1 + Math.Exp(-h))), metrics["loss"], 1e-5);
        Assert.Equal(margins.Average(), metrics["margin"], 1e-4);
        Assert.Equal(held.Average(pair => LogProbabilities(model, pair).Chosen), metrics["chosen"], 1e-4);
        Assert.Equal(margins.Count(static h => h > 0) / 8.0, metrics["accuracy"], 1e-6);
        Assert.NotEqual(0, metrics["margin"], 1e-2);
    }

    /// <summary>λ_D (1 − σ(β (r − z))) and λ_U (1 − σ(β (z − r))) of answers, with z the mean r of the others' answers.</summary>
    [Fact]
    public void GoodAndBadAnswersAreComparedWithWhereTheModelIs()
    {
        var (model, data) = (NewModel(), Preferences());
        var held = Pairs[^8..];
        var before = held.Select(pair => LogProbabilities(model, pair)).ToList();
        var mixed = held.Select((pair, i) => held[(i + 1) % 8] with { Prompt = pair.Prompt }).ToList();
        var mixedBefore = mixed.ConvertAll(pair => LogProbabilities(model, pair));
        var options = new KtoOptions
        {
            Beta = 0.4,
            Desirable = 1.5,
            Undesirable = 0.7,
        };
        var objective = new KtoObjective(model, data, options);
        Run(objective, Options with { Checkpoint = null });

        double[] ratios = Ratios(model, held, before);
        var point = Math.Max(0, Ratios(model, mixed, mixedBefore).Average());
        var good = ratios[..8].Average(r => 1.5 * (1 - Sigmoid(0.4 * (r - point))));
        var bad = ratios[8..].Average(r => 0.7 * (1 - Sigmoid(0.4 * (point - r))));
        var metrics = objective.Validate(batchSize: 8).ToDictionary(static metric => metric.Name, static metric => metric.Value);
        Assert.Equal((good + bad) / 2, metrics["loss"], 1e-5);
        Assert.Equal(point, metrics["point"], 1e-4);
        Assert.Equal(ratios[..8].Average(), metrics["good"], 1e-4);
        Assert.Equal(ratios[8..].Average(), metrics["bad"], 1e-4);
    }

    /// <summary>A stage that did nothing would leave both answers as likely as they were.</summary>
    [Theory]
    [MemberData(nameof(Stages))]
    public void AStageMakesGoodAnswersLikelier(string stage)
    {
        var model = NewModel();
        var before = Pairs[^8..].Select(pair => LogProbabilities(model, pair)).ToList();
        Run(Objective(stage, model), Options with { Checkpoint = null, Duration = Duration.Steps(60) });
        var after = Pairs[^8..].Select(pair => LogProbabilities(model, pair)).ToList();
        static double Margin(List<(double Chosen, double Rejected)> each) => each.Average(static pair => pair.Chosen - pair.Rejected);
        Assert.True(Margin(after) > Margin(before) + 1, $"{Margin(before)} to {Margin(after)}");
    }

    /// <summary>Threads, and rounds of a batch that is accumulated, change nothing but the order of additions.</summary>
    [Theory]
    [MemberData(nameof(Stages))]
    public void ABatchInPartsHasTheSameGradients(string stage)
    {
        float[] Gradients(int accumulate)
        {
            var model = NewModel(BatchSplit.Sequential);
            Run(
                Objective(stage, model),
                Options with
                {
                    Checkpoint = null,
                    Duration = Duration.Steps(3),
                    Accumulate = accumulate,

                    // The slope of IPO is that much steeper.
                    Optimizer = new SgdOptions { LearningRate = stage == "ipo" ? 1e-3 : 0.1 },
                }
            );
            return Weights(model);
        }

        Assert.All(Gradients(1).Zip(Gradients(3)), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    /// <summary>Stopped after each step and resumed from its file by a new process's objects, the run ends in the same bytes.</summary>
    [Theory]
    [MemberData(nameof(Stages))]
    public void AnInterruptedRunEndsInTheSameBytes(string stage)
    {
        foreach (
            var adapter in new AdapterOptions?[]
            {
                null,
                new LoraOptions { Rank = 2 },
            }
        )
        {
            using var folder = new TemporaryFolder();
            var whole = Tuned(adapter);
            Run(Objective(stage, whole), Options, folder["whole"]);

            for (var stop = 0; stop < 12; stop += 5)
            {
                // Its weights are others until the checkpoint is read.
                var resumed = Tuned(adapter, seed: 77);
                using var trainer = new Trainer(Objective(stage, resumed), Options, seed: 4);
                using (var checkpoint = Checkpoint.Open(folder[$"whole/step-{stop:D6}.safetensors"]))
                {
                    trainer.Resume(checkpoint);
                }

                trainer.Run();
                Assert.Equal(Weights(whole), Weights(resumed));
            }
        }
    }

    [Fact]
    public void KtoKnowsOnlyGoodAndBad()
    {
        var data = RatingDataset.Create(new([new("", "a", 5), new("", "b", 1)]), null, Tokenizer, Context, validationFraction: 0.5);
        var exception = Assert.Throws<ModelGenException>(() => new KtoObjective(NewModel(), data));
        Assert.Equal(
            "An answer is rated 5, but 'kto' knows only good answers, rated 1 or true, and bad ones, rated 0 or false.",
            exception.Message
        );
    }

    [Fact]
    public void DropoutIsOffWhereTwoModelsAreCompared()
    {
        var model = NewModel(dropout: 0.5);
        var objective = new PreferenceObjective(model, Preferences(), new DpoLoss());
        using var trainer = new Trainer(objective, Options with { Checkpoint = null, Duration = Duration.Steps(1) }, seed: 4);
        var observer = new FirstLoss();
        trainer.Observers.Add(observer);
        trainer.Run();
        Assert.Equal(Math.Log(2), observer.Loss, 1e-6);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    // log π / π_ref of the chosen answers, and then of the rejected ones.
    private static double[] Ratios(
        CharacterGpt model,
        IReadOnlyList<PreferencePair> pairs,
        IReadOnlyList<(double Chosen, double Rejected)> before
    )
    {
        var now = pairs.Select(pair => LogProbabilities(model, pair)).ToList();
        return
        [
            .. now.Zip(before, static (after, first) => after.Chosen - first.Chosen),
            .. now.Zip(before, static (after, first) => after.Rejected - first.Rejected),
        ];
    }

    private static (double Chosen, double Rejected) LogProbabilities(CharacterGpt model, PreferencePair pair) =>
        (LogProbability(model, pair.Prompt, pair.Chosen), LogProbability(model, pair.Prompt, pair.Rejected));

    // Token by token.
    private static double LogProbability(CharacterGpt model, string prompt, string answer)
    {
        using var constant = no_grad();
        using var scope = NewDisposeScope();
        var was = model.training;
        model.eval();
        int[] asked = prompt.Length > 0 ? Tokenizer.Encode(prompt) : Tokenizer.Encode("<end>");
        int[] wanted = Tokenizer.Encode(answer + "<end>");
        var sum = 0.0;
        for (var count = 0; count < wanted.Length; count++)
        {
            long[] read = [.. asked.Concat(wanted[..count]).Select(static token => (long)token)];
            var logits = model.call(tensor(read, [1, read.Length]))[0, -1].to(ScalarType.Float64);
            sum += logits.log_softmax(0)[wanted[count]].item<double>();
        }

        model.train(was);
        return sum;
    }

    private static PreferenceDataset Preferences() => PreferenceDataset.Create(new(Pairs[..^8]), new(Pairs[^8..]), Tokenizer, Context);

    private static Objective Objective(string stage, CharacterGpt model) =>
        stage switch
        {
            "answers" => new SftObjective(
                model,
                AnswerDataset.Create(new([.. Examples(Pairs[..^8])]), new([.. Examples(Pairs[^8..])]), Tokenizer, Context),
                new SftOptions { LabelSmoothing = 0.01 }
            ),
            "kto" => new KtoObjective(model, Preferences(), new KtoOptions { Beta = 0.5 }),
            "kto-ratings" => new KtoObjective(
                model,
                RatingDataset.Create(new([.. Rated(Pairs[..^8])]), new([.. Rated(Pairs[^8..])]), Tokenizer, Context),
                new KtoOptions { Beta = 0.5 }
            ),
            _ => new PreferenceObjective(
                model,
                Preferences(),
                stage switch
                {
                    "dpo" => new DpoLoss(),
                    "ipo" => new IpoLoss(),
                    "simpo" => new SimpoLoss(),
                    _ => new OrpoLoss { Lambda = 1 },
                }
            ),
        };

    private static IEnumerable<AnswerExample> Examples(PreferencePair[] pairs) =>
        pairs.Select(static pair => new PromptedAnswer(pair.Prompt, pair.Chosen));

    private static IEnumerable<RatedAnswer> Rated(PreferencePair[] pairs) =>
        pairs.SelectMany(static pair =>
            new[] { new RatedAnswer(pair.Prompt, pair.Chosen, 1), new RatedAnswer(pair.Prompt, pair.Rejected, 0) }
        );

    private static double Validated(string stage, string metric) =>
        Objective(stage, NewModel()).Validate(batchSize: 5).Single(each => each.Name == metric).Value;

    private static CharacterGpt NewModel(BatchSplit split = BatchSplit.Parallel, double dropout = 0, long seed = 3)
    {
        manual_seed(seed).Dispose();
        return new CharacterGpt(vocabulary: 257, context: Context, layers: 2, dropout: dropout) { Split = split };
    }

    private static CharacterGpt Tuned(AdapterOptions? adapter, long seed = 3)
    {
        var model = NewModel(seed: seed);
        new FineTuning { Adapter = adapter }.ApplyTo(model);
        return model;
    }

    private static float[] Weights(CharacterGpt model) =>
        [.. model.parameters().SelectMany(static weight => weight.data<float>().ToArray())];

    private static void Run(Objective objective, TrainingOptions options, string? folder = null)
    {
        using var trainer = new Trainer(objective, options, seed: 4) { CheckpointFolder = folder };
        trainer.Run();
    }

    private sealed class FirstLoss : TrainingObserver
    {
        public double Loss { get; private set; } = double.NaN;

        public override void OnStep(StepReport report) => Loss = report.TrainLoss;
    }
}
