using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Tuning;

namespace ModelGen.Benchmarks.Training;

/// <summary>A model that is trained on both sides.</summary>
/// <param name="Name">Its part in the names of measures.</param>
/// <param name="Model">Which model it is.</param>
/// <param name="Step">What a training step consists of.</param>
/// <param name="Open">Makes the data: drawn or made up, for what they show does not matter to speed.</param>
/// <param name="Tolerance">How far apart, as a share, the losses of both sides may be before the first step; ten times as far after
/// it.</param>
/// <param name="Repetitions">How often each side runs between two looks at the clock.</param>
internal sealed record Workload(
    string Name,
    string Model,
    string Step,
    Func<TrainingPair> Open,
    double Tolerance = 1e-5,
    int Repetitions = 10
)
{
    private const int Images = 2000;

    /// <summary>A small GPT.</summary>
    public static Workload Gpt { get; } =
        new(
            "gpt",
            "the generated GPT (4 layers, 4 heads, width 128, context 64, batch 12)",
            "batch, forward, loss, backward, clipping, AdamW",
            static () =>
            {
                var data = BenchmarkText.Tokens(CharGpt.Context);
                return new TrainingPair(
                    data,
                    () => new GeneratedTraining(new CharGpt().CreateObjective(data), CharGpt.Training),
                    () => IdiomaticTextTraining.OfCharGpt(data)
                );
            }
        );

    /// <summary>Low-rank changes of all linear layers of the small GPT, which is frozen itself.</summary>
    public static Workload GptLora { get; } =
        new(
            "gpt-lora",
            "adapters of rank 8 on all linear layers of the generated GPT (4 layers, 4 heads, width 128, context 64, batch 12), which is frozen,",
            Gpt.Step,
            static () =>
            {
                var data = BenchmarkText.Tokens(CharGpt.Context);
                var lora = new LoraOptions { Rank = 8, Alpha = 16 };
                return new TrainingPair(
                    data,
                    () => new GeneratedTraining(Tuned(new CharGpt(), lora).CreateObjective(data), CharGpt.Training),
                    () => IdiomaticTextTraining.OfCharGpt(data, lora.Rank, lora.Alpha!.Value)
                );
            }
        );

    /// <summary>A GPT of 13 million weights, of which adapters of rank 8 are trained, against all weights.</summary>
    public static Workload LoraOrAll { get; } =
        new(
            "lora",
            "adapters of rank 8 on all linear layers of a generated GPT (4 layers, 8 heads, width 512, context 64, batch 4)",
            Gpt.Step,
            static () =>
            {
                var data = BenchmarkText.Tokens(TunedGpt.Context);
                return new TrainingPair(
                    data,
                    () =>
                        new GeneratedTraining(
                            Tuned(new TunedGpt(), new LoraOptions { Rank = 8, Alpha = 16 }).CreateObjective(data),
                            TunedGpt.Training
                        ),
                    () => new GeneratedTraining(new TunedGpt().CreateObjective(data), TunedGpt.Training)
                );
            }
        );

    /// <summary>The same adapters on a base that is kept as int8, against one of float32.</summary>
    public static Workload LoraOfInt8 { get; } =
        new(
            "lora-int8",
            "adapters of rank 8 on all linear layers of a generated GPT (4 layers, 8 heads, width 512, context 64, batch 4)",
            Gpt.Step,
            static () =>
            {
                var data = BenchmarkText.Tokens(TunedGpt.Context);
                var lora = new LoraOptions { Rank = 8, Alpha = 16 };
                return new TrainingPair(
                    data,
                    () =>
                        new GeneratedTraining(
                            Tuned(new TunedGpt(), lora with { Base = BaseFormat.Int8 }).CreateObjective(data),
                            TunedGpt.Training
                        ),
                    () => new GeneratedTraining(Tuned(new TunedGpt(), lora).CreateObjective(data), TunedGpt.Training)
                );
            },
            // Half a step of int8 for each weight.
            Tolerance: 1e-2,
            Repetitions: 2
        );

    /// <summary>A wider GPT in bfloat16, by hand in float32; its losses are those of 8 bits.</summary>
    public static Workload Gpt512 { get; } =
        new(
            "gpt512",
            "the generated GPT (4 layers, 8 heads, width 512, context 128, batch 8) in bfloat16",
            "batch, forward, loss, backward, clipping, AdamW",
            static () =>
            {
                var data = BenchmarkText.Sums(WideGpt.Context);
                return new TrainingPair(
                    data,
                    () => new GeneratedTraining(new WideGpt().CreateObjective(data), WideGpt.Training),
                    () => IdiomaticTextTraining.OfWideGpt(data)
                );
            },
            Tolerance: 1.0 / 256,
            Repetitions: 1
        );

    /// <summary>A small Llama, of which the scores for its large vocabulary are the most work.</summary>
    public static Workload Llama { get; } =
        new(
            "llama",
            "the generated Llama (6 layers, 6 heads, width 288, gated 768, vocabulary 32000, context 128, batch 4)",
            "batch, forward, loss, backward, clipping, AdamW",
            static () =>
            {
                var data = BenchmarkText.Ideographs(SmallLlama.Context);
                return new TrainingPair(
                    data,
                    () => new GeneratedTraining(new SmallLlama().CreateObjective(data), SmallLlama.Training),
                    () => IdiomaticTextTraining.OfSmallLlama(data)
                );
            },
            Repetitions: 1
        );

    /// <summary>A classifier so small that what stands around the arithmetic is most of a step.</summary>
    public static Workload Mlp { get; } =
        new("mlp", "a small MLP (32, 64, 64, 10, batch 16)", "batch, forward, cross-entropy, backward, AdamW", static () =>
        {
            var data = new ClassificationData();
            var options = new TrainingOptions
            {
                Optimizer = new AdamWOptions { LearningRate = 1e-3, WeightDecay = 0 },
                BatchSize = 16,
                Duration = Duration.Steps(1_000_000),
                Validation = new ValidationOptions(),
            };
            return new TrainingPair(
                data,
                () => new GeneratedTraining(new Classification(new SmallMlp(), data), options),
                () => new IdiomaticMlpTraining(data, options)
            );
        });

    /// <summary>A deep GPT with <c>recompute</c> in its spec, against the same without.</summary>
    public static Workload RecomputedGpt { get; } =
        new("gpt-recompute", "a generated GPT (12 layers, 4 heads, width 128, context 64, batch 48)", Gpt.Step, static () =>
        {
            var data = BenchmarkText.Tokens(DeepGpt.Context);
            return new TrainingPair(
                data,
                () => new GeneratedTraining(new RecomputedDeepGpt().CreateObjective(data), RecomputedDeepGpt.Training),
                () => new GeneratedTraining(new DeepGpt().CreateObjective(data), DeepGpt.Training)
            );
        });

    /// <summary>The example's variational autoencoder.</summary>
    public static Workload Vae { get; } =
        new(
            "vae",
            $"the example's convolutional VAE (28 × 28 pixels, {ImageVae.Latent} latent axes, batch {ImageVae.Training.BatchSize})",
            "batch, forward, negative ELBO, backward, Adam",
            static () =>
            {
                var data = Digits();
                return new TrainingPair(
                    data,
                    () => new GeneratedTraining(new ImageVae().CreateObjective(data), ImageVae.Training),
                    () => new IdiomaticVaeTraining(data, TrainStep.Seed)
                );
            }
        );

    /// <summary>The example's generative adversarial network.</summary>
    public static Workload Gan { get; } =
        new(
            "gan",
            $"the example's convolutional GAN (28 × 28 pixels, {ImageGan.Latent} latent axes, batch {ImageGan.Training.BatchSize})",
            "batch, the discriminator's move and the generator's with forward, loss, backward and Adam each, averaging of the weights",
            static () =>
            {
                var data = Digits();
                return new TrainingPair(
                    data,
                    () => new GeneratedTraining(new ImageGan().CreateObjective(data), ImageGan.Training),
                    () => new IdiomaticGanTraining(data)
                );
            }
        );

    private static TModel Tuned<TModel>(TModel model, AdapterOptions adapter)
        where TModel : LanguageModel
    {
        new FineTuning { Adapter = adapter }.ApplyTo(model);
        return model;
    }

    private static SampleDataset Digits() =>
        SampleDataset.Create(DrawnDigits.Create(Images, TrainStep.Seed), test: null, ImageVae.Training.Validation.Fraction);
}
