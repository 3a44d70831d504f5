using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Classes;
using ModelGen.Losses;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Policies;
using ModelGen.Rewards;
using ModelGen.Runs;
using ModelGen.Tests.Training;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Exactness;

/// <summary>A short run of one of this project's models, with everything that a run may have to remember.</summary>
internal static class SmallRun
{
    public const int Steps = 60;

    public const string Checkpoints = "checkpoints";

    public const string Metrics = "metrics.jsonl";

    public const string Manifest = "manifest.json";

    public const string Events = "tensorboard";

    private const ulong Seed = 5;

    private static readonly ValidationOptions Validation = new()
    {
        Every = Duration.Steps(7),
        Batches = 1,
        Fraction = 0.2,
    };

    /// <summary>The models' names here.</summary>
    public static IReadOnlyList<string> Models { get; } =
    [
        "gpt",
        "half",
        "vae",
        "codes",
        "gan",
        "network",
        "reader",
        "swapper",
        "committee",
        "mender",
        "stateful",
        "odd",
        "narrow",
        "sft",
        "dpo",
        "grpo",
        "ppo",
    ];

    /// <summary>Trains a model to the end.</summary>
    /// <param name="model">One of <see cref="Models"/>.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="isResumed">Whether to go on from the newest whole checkpoint there.</param>
    /// <param name="observer">Who watches beside the files of the run; told of every step.</param>
    public static void Train(string model, string folder, bool isResumed, TrainingObserver observer)
    {
        // It chooses the kernels, which a run records, and not every model below is one that loads it.
        Libtorch.Load();

        // Another seed for another beginning: what a resumed run knows, it must have read.
        manual_seed(isResumed ? 77 : 4).Dispose();

        // Where convolutions are wrong, they were so in another way each time with several threads.
        set_num_threads(model is "odd" or "narrow" ? 2 : 1);
        switch (model)
        {
            case "gpt":
                using (var scribe = new Tests.Scribe())
                using (var tokens = Tokens())
                {
                    Train(scribe.CreateObjective(tokens), Tests.Scribe.Training);
                }

                break;
            case "half":
                using (var scribe = new HalfScribe())
                using (var tokens = Tokens())
                {
                    Train(scribe.CreateObjective(tokens), HalfScribe.Training);
                }

                break;
            case "vae":
                using (var digits = new Digits())
                using (var images = Images())
                {
                    Train(
                        digits.CreateObjective(images),
                        Digits.Training with
                        {
                            Average = 0.9,
                            Schedule = new CosineSchedule { Warmup = Duration.Steps(10) },
                        }
                    );
                }

                break;
            case "codes":
                using (var codes = new DigitCodes())
                using (var images = Images())
                {
                    Train(codes.CreateObjective(images), DigitCodes.Training with { Average = 0.9 });
                }

                break;
            case "network":
                using (var ripples = new Ripples())
                using (var samples = Samples())
                {
                    Train(ripples.CreateObjective(samples), Ripples.Training);
                }

                break;
            case "reader":
                using (var reader = new Reader())
                using (var texts = Texts())
                {
                    Train(reader.CreateObjective(texts), Reader.Training);
                }

                break;
            case "swapper":
                using (var swapper = new Swapper())
                {
                    TextPair[] pairs = [.. Enumerable.Range(0, 90).Select(static i => new TextPair($"{i} {i * i}", $"{i * i} {i}"))];
                    var data = PairDataset.Create(
                        pairs,
                        swapper.CreateTokenizer(pairs),
                        Swapper.Context,
                        validationFraction: Validation.Fraction ?? 0.1
                    );
                    Train(swapper.CreateObjective(data), Swapper.Training);
                }

                break;
            case "committee":
                using (var committee = new Committee())
                using (var answers = Answers(committee.CreateTokenizer(TextCorpus.FromText("a"))))
                {
                    Train(committee.CreateObjective(answers), Committee.Training);
                }

                break;
            case "mender":
                using (var mender = new Mender())
                using (var text = Answers(mender.CreateTokenizer(TextCorpus.FromText("a"))))
                {
                    Train(mender.CreateObjective(text), Mender.Training);
                }

                break;
            case "stateful":
                // Its loss depends on what it has seen before, which is no part of the model.
                using (var masked = new MaskedObjective())
                {
                    Train(
                        masked,
                        new TrainingOptions
                        {
                            Optimizer = new AdamWOptions { LearningRate = 1e-3 },
                            BatchSize = 12,
                            Accumulate = 3,
                            Duration = Duration.Steps(Steps),
                            Validation = Validation,
                        }
                    );
                }

                break;
            case "gan":
                using (var game = new DigitGame())
                using (var images = Images())
                {
                    Train(game.CreateObjective(images), DigitGame.Training);
                }

                break;
            case "sft" or "dpo" or "grpo" or "ppo":
                // What they compare the model with is no part of a resumed one, whose weights are drawn from another seed.
                using (var committee = new Committee())
                {
                    Train(Feedback(model, committee), Committee.Training with { BatchSize = 4 });
                }

                break;
            case "odd":
                using (var odd = new OddChannels())
                using (var images = Images())
                {
                    Train(odd.CreateObjective(images), OddChannels.Training);
                }

                break;
            case "narrow":
                using (var game = new NarrowGame())
                using (var images = Images())
                {
                    Train(game.CreateObjective(images), NarrowGame.Training);
                }

                break;
            default:
                throw new ArgumentException($"There is no model '{model}'.", nameof(model));
        }

        void Train(Objective objective, TrainingOptions options)
        {
            options = options with
            {
                Duration = Duration.Steps(Steps),
                Validation = Validation,
                Checkpoint = new CheckpointOptions { Every = Duration.Steps(3), Keep = 3 },
            };
            using var trainer = new Trainer(objective, options, Seed)
            {
                CheckpointFolder = Path.Combine(folder, Checkpoints),
                ReportEvery = 1,
                Observers =
                {
                    new MetricsFile(Path.Combine(folder, Metrics)),
                    new ManifestFile(Path.Combine(folder, Manifest), typeof(SmallRun).Assembly.Location, Path.Combine(folder, Metrics)),
                    new TensorBoardFile(Path.Combine(folder, Events)),
                    observer,
                },
            };
            if (isResumed)
            {
                using var checkpoint = Checkpoint.OpenNewest(Path.Combine(folder, Checkpoints));
                trainer.Resume(checkpoint);
            }

            trainer.Run();
        }
    }

    private static TokenDataset Tokens() =>
        TokenDataset.Create(
            string.Concat(Enumerable.Range(0, 300).Select(static i => $"{i} plus {i % 7} is {i + (i % 7)}.\n")),
            new ByteTokenizer(),
            Tests.Scribe.Context,
            Validation.Fraction
        );

    private static Objective Feedback(string stage, Committee model)
    {
        var tokenizer = model.CreateTokenizer(TextCorpus.FromText("a"));
        var held = Validation.Fraction ?? 0;
        PreferencePair[] pairs = [.. Enumerable.Range(0, 60).Select(static i => new PreferencePair($"{i}", $"{i % 7}a", $"{i % 5}b"))];
        var prompts = PromptDataset.Create(
            new ExampleCollection<string>([.. pairs.Select(static pair => pair.Prompt)]),
            test: null,
            tokenizer,
            Committee.Context,
            validationFraction: held
        );
        var reward = new LengthReward { Least = 2, Most = 4 };
        return stage switch
        {
            "sft" => new SftObjective(
                model,
                AnswerDataset.Create(
                    new([.. pairs.Select(static AnswerExample (pair) => new PromptedAnswer(pair.Prompt, pair.Chosen))]),
                    test: null,
                    tokenizer,
                    Committee.Context,
                    validationFraction: held
                )
            ),
            "dpo" => new PreferenceObjective(
                model,
                PreferenceDataset.Create(new(pairs), test: null, tokenizer, Committee.Context, validationFraction: held),
                new DpoLoss()
            ),
            "grpo" => new GrpoObjective(
                model,
                prompts,
                new()
                {
                    Reward = reward,
                    MaxTokens = 6,
                    Answers = 4,
                    Epochs = 2,
                    Minibatches = 2,
                }
            ),
            _ => new PpoObjective(model, prompts, new() { Reward = reward, MaxTokens = 6 }),
        };
    }

    private static SampleDataset Samples() =>
        SampleDataset.Create(
            new TensorCollection(
                [.. Enumerable.Range(0, 200 * 32).Select(static i => MathF.Sin(i))],
                [2, 16],
                targets: [.. Enumerable.Range(0, 200 * 4).Select(static i => MathF.Cos(i))],
                targetShape: [4]
            ),
            null,
            Validation.Fraction
        );

    private static TokenDataset Answers(Tokenizer tokenizer) =>
        TokenDataset.Create(
            string.Concat(Enumerable.Range(0, 200).Select(static i => $"{i} + {i % 7} =<answer>{i + (i % 7)}<end>")),
            tokenizer,
            Committee.Context,
            Validation.Fraction
        );

    private static SampleDataset Texts() =>
        SampleDataset.Create(
            new TextCollection(
                [.. Enumerable.Range(0, 90).Select(static i => new string((char)('a' + (i % 5)), 1 + (i * i % 14)))],
                [.. Enumerable.Range(0, 90).Select(static i => i % 2 == 0 ? "even" : "odd")]
            ),
            null,
            Reader.CreateTokenizer(TextCorpus.FromText("abcde")),
            Reader.Context,
            Validation.Fraction
        );

    private static SampleDataset Images() => SampleDataset.Create(DrawnDigits.Create(200, seed: 1), test: null, Validation.Fraction);
}
