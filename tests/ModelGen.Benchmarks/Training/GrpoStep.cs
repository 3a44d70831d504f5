using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Policies;
using ModelGen.Rewards;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>A step of group relative policy optimisation.</summary>
internal sealed class GrpoStep : Benchmark
{
    private const int PromptLength = 16;

    // The two sides round differently, and the loss of the third step is small.
    private const double Tolerance = 0.02;

    /// <summary>How answers are written and learned from.</summary>
    public static GrpoOptions Options { get; } =
        new()
        {
            Reward = new PatternReward { Pattern = "[aeiou]" },
            Answers = 8,
            MaxTokens = 48,
            KlWeight = 0.1,
        };

    /// <summary>How the model is trained.</summary>
    public static TrainingOptions Training { get; } = CharGpt.Training with { BatchSize = 4 };

    public override string Name => "grpo-step";

    public override string Sentence =>
        "one step of GRPO (4 prompts of 16 tokens, 8 answers to each of up to 48 tokens, their rewards, one update, KL to the model that it "
        + "began with) of the generated GPT (4 layers, 4 heads, width 128, vocabulary 256) in the trainer, against the same written by hand "
        + "in idiomatic TorchSharp, which samples with a forward of all answers for each token; both start from the same weights.";

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed);
        var prompts = Prompts();
        Check(prompts);
        using var ours = Ours(prompts);
        using var baseline = Baseline(prompts, ours, draws: null);
        return Comparison.Time(ours.Step, baseline.Step, warmUps: 2, pairs: 9);
    }

    // With the same random numbers both sides write the same answers, and lose the same.
    private static void Check(PromptDataset prompts)
    {
        using var ours = Ours(prompts);
        using var baseline = Baseline(prompts, ours, new SharedDraws());
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            var their = baseline.Compute();
            using var loss = ours.Objective.Loss(
                new TrainingStep(ours.Objective.Plan(Training), Phase: 0, Repetition: 0, TrainStep.Seed, step)
            );
            var figures = loss.Parts.ToDictionary(static part => part.Name, static part => part.Value.item<float>());
            var (our, theirLoss) = (loss.Total.item<float>(), their.Loss.item<float>());
            if (
                Math.Abs(figures["reward"] - their.Reward) > 1e-6
                || Math.Abs(figures["length"] - their.Length) > 1e-4
                || (step == 2 && !(Math.Abs(our - theirLoss) <= Tolerance * Math.Abs(theirLoss)))
            )
            {
                throw new ModelGenException(
                    $"The two sides do not compute the same at step {step}: rewards {figures["reward"]} and {their.Reward}, lengths "
                        + $"{figures["length"]} and {their.Length}, losses {our} and {theirLoss}."
                );
            }

            ours.Step();
            baseline.Update(their.Loss);
        }
    }

    private static PolicySide Ours(PromptDataset prompts)
    {
        manual_seed((long)TrainStep.Seed);
        return new PolicySide(new GrpoObjective(new CharGpt(), prompts, Options), Training);
    }

    private static IdiomaticGrpo Baseline(PromptDataset prompts, PolicySide ours, SharedDraws? draws)
    {
        var baseline = new IdiomaticGrpo(prompts, draws);
        Weights.Copy(ours.Model, baseline.Model);
        Weights.Copy(ours.Model, baseline.Reference);
        return baseline;
    }

    private static PromptDataset Prompts()
    {
        var letters = string.Concat(
            Enumerable.Range('a', 26).Concat(Enumerable.Range(0x4E00, CharGpt.Vocabulary - 27)).Select(static code => (char)code)
        );
        var tokenizer = CharacterTokenizer.FromText(TextCorpus.FromText(letters), CharGpt.Vocabulary, (SpecialTokenRole.End, "."));
        var random = new Random(1);
        string[] prompts =
        [
            .. Enumerable
                .Range(0, 64)
                .Select(_ => string.Concat(Enumerable.Range(0, PromptLength).Select(_ => letters[random.Next(letters.Length)]))),
        ];
        return PromptDataset.Create(new ExampleCollection<string>(prompts), test: null, tokenizer, CharGpt.Context);
    }

    /// <summary>Our side: the trainer that users run.</summary>
    internal sealed class PolicySide : IDisposable
    {
        private readonly Trainer _trainer;

        public PolicySide(GrpoObjective objective, TrainingOptions options)
        {
            Objective = objective;
            _trainer = new Trainer(objective, options, TrainStep.Seed);
            Model.train(objective.HasDropout);
        }

        public GrpoObjective Objective { get; }

        public LanguageModel Model => (LanguageModel)Objective.Model;

        public void Step() => _trainer.MakeStep();

        public void Dispose()
        {
            _trainer.Dispose();
            Model.Dispose();
        }
    }
}
