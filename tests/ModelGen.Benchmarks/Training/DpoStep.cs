using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Losses;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>A step of direct preference optimisation.</summary>
internal sealed class DpoStep : Benchmark
{
    private const int PromptLength = 16;
    private const int AnswerLength = 32;
    private const int Pairs = 200;

    // The two sides round differently.
    private const double Tolerance = 1e-4;

    /// <summary>What is minimised.</summary>
    public static DpoLoss Loss { get; } = new() { Beta = 0.1 };

    /// <summary>How the model is trained.</summary>
    public static TrainingOptions Training { get; } = CharGpt.Training with { BatchSize = 8 };

    public override string Name => "dpo-step";

    public override string Sentence =>
        "one step of DPO (8 pairs of prompts of 16 tokens and answers of 32) of the generated GPT (4 layers, 4 heads, width 128, vocabulary "
        + "256) in the trainer, against the same written by hand in idiomatic TorchSharp, which computes the reference in each step; both "
        + "start from the same weights.";

    public override Comparison Run()
    {
        Libtorch.Load();
        var pairs = Preferences();
        Check(pairs);
        using var ours = new TrainerSide(pairs);
        using var baseline = Baseline(pairs, ours);
        return Comparison.Time(ours.Step, () => baseline.Step(), warmUps: 3, pairs: 15);
    }

    // Both sides lose the same.
    private static void Check(PreferenceDataset pairs)
    {
        using var ours = new TrainerSide(pairs);
        using var baseline = Baseline(pairs, ours);
        for (var step = 0; step < 3; step++)
        {
            var (our, their) = (ours.Lost(step), baseline.Step());
            if (!(Math.Abs(our - their) <= Tolerance))
            {
                throw new ModelGenException($"The two sides do not compute the same at step {step}: {our} and {their}.");
            }

            ours.Step();
        }
    }

    private static IdiomaticDpo Baseline(PreferenceDataset pairs, TrainerSide ours)
    {
        var baseline = new IdiomaticDpo(pairs);
        Weights.Copy(ours.Model, baseline.Model);
        Weights.Copy(ours.Model, baseline.Reference);
        return baseline;
    }

    private static PreferenceDataset Preferences()
    {
        var letters = string.Concat(
            Enumerable.Range('a', 26).Concat(Enumerable.Range(0x4E00, CharGpt.Vocabulary - 27)).Select(static code => (char)code)
        );
        var tokenizer = CharacterTokenizer.FromText(TextCorpus.FromText(letters), CharGpt.Vocabulary, (SpecialTokenRole.End, "."));
        var random = new Random(1);
        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));
        PreferencePair[] pairs =
        [
            .. Enumerable
                .Range(0, Pairs)
                .Select(_ => new PreferencePair(Text(PromptLength), Text(AnswerLength - 1), Text(AnswerLength - 1))),
        ];
        return PreferenceDataset.Create(new(pairs), test: null, tokenizer, CharGpt.Context);
    }

    /// <summary>Our side: the trainer that users run. The reference is known before the first step that is timed.</summary>
    private sealed class TrainerSide : IDisposable
    {
        private readonly PreferenceObjective _objective;
        private readonly Trainer _trainer;

        public TrainerSide(PreferenceDataset pairs)
        {
            manual_seed((long)TrainStep.Seed);
            Model = new CharGpt();
            _objective = new PreferenceObjective(Model, pairs, Loss);
            _trainer = new Trainer(_objective, Training, TrainStep.Seed);
            Model.train(_objective.HasDropout);
            _ = Lost(step: 0);
        }

        public CharGpt Model { get; }

        public void Step() => _trainer.MakeStep();

        public float Lost(long step)
        {
            using var constant = no_grad();
            using var loss = _objective.Loss(new TrainingStep(_objective.Plan(Training), Phase: 0, Repetition: 0, TrainStep.Seed, step));
            return loss.Total.item<float>();
        }

        public void Dispose()
        {
            _trainer.Dispose();
            Model.Dispose();
        }
    }
}
