using ModelGen.Benchmarks.Tokenization;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>Writing with guesses, by models that have learned something, as otherwise no guess would be right.</summary>
/// <param name="name">What to ask for.</param>
/// <param name="hasDraft">Whether a smaller model guesses; otherwise the text itself does.</param>
internal sealed class DecodeSpeculation(string name, bool hasDraft) : Benchmark
{
    private const int Characters = 300_000;
    private const int Steps = 600;

    // A prompt and this many tokens are within the context, beyond which a draft model does not guess.
    private const int Count = 40;

    public override string Name => name;

    public override string Sentence =>
        $"time per token, the likeliest each time, when the generated GPT, after {Steps} steps of learning, writes with the guesses of "
        + $"{(hasDraft ? "a smaller GPT" : "its own text")}, against none.";

    public override bool TakesMinutes => true;

    public override Comparison Run()
    {
        Libtorch.Load();
        var text = DocumentationText.Read()[..Characters];
        using var model = new CharGpt();
        using var smaller = new DraftGpt();
        Train(model, text, CharGpt.Training);
        if (hasDraft)
        {
            Train(smaller, text, DraftGpt.Training);
        }

        using var draft = new DraftModel(smaller);
        var tokenizer = new ByteTokenizer();
        using var guessing = new TextGenerator(model, tokenizer) { Speculation = hasDraft ? draft : new RepeatedPhrases() };
        using var plain = new TextGenerator(model, tokenizer);
        string[] prompts = ["The method ", "For more information", "If you want to ", "string name = "];
        var likeliest = new SamplingOptions { Temperature = 0 };
        if (Write(guessing) != Write(plain))
        {
            throw new ModelGenException("The two sides write different texts, so that their times compare nothing.");
        }

        return Comparison.Time(() => Write(guessing), () => Write(plain), warmUps: 5, pairs: 25).Per(prompts.Length * Count);

        string Write(TextGenerator generator) => string.Concat(prompts.Select(prompt => generator.Generate(prompt, Count, likeliest)));
    }

    private static void Train(LanguageModel model, string text, TrainingOptions options)
    {
        manual_seed(1).Dispose();
        using var data = TokenDataset.Create(text, new ByteTokenizer(), model.ContextLength, options.Validation.Fraction);
        using var trainer = new Trainer(model.CreateObjective(data), options with { Duration = Duration.Steps(Steps) }, seed: 1);
        trainer.Run();
        model.eval();
    }
}
