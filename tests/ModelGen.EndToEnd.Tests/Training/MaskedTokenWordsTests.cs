using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Training;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Masking whole words, from a spec.</summary>
public sealed class MaskedTokenWordsTests
{
    private const string Spec = """
        model: Restorer
        family: transformer
        data: { tokens: { context: 20, tokenizer: characters, vocabulary: 18, mask-token: "[MASK]" } }
        network:
          - embed: 32
          - residual: [layer-norm, self-attention: 4]
          - layer-norm
          - unembed
        objective: { masked-token: { rate: 0.25, OPTIONS } }
        training: { optimizer: { adamw: 5e-3 }, clip-norm: 1, batch: 16, duration: 200 steps }
        """;

    private static readonly string Text = CreateText(["abcd", "ef", "ghijkl", "mnop"], 2000);

    // Few samples hold more than a part of one word, each letter of which tells the others; without them all, one in four guesses is right.
    [Fact]
    public void AWordIsNotToldByItsOwnLetters()
    {
        var text = CreateText([.. "abcd".Select(static letter => new string(letter, 200))], 300);
        Assert.InRange(AccuracyWith("whole-words: false", text), 0.85, 1);
        Assert.InRange(AccuracyWith("whole-words: true", text), 0.2, 0.6);
    }

    [Theory]
    [InlineData("whole-words: true")]
    [InlineData("whole-words: true, span: 2, z-loss: 0.5")]
    public void ThePartsOfABatchAreTheBatch(string options)
    {
        var compiled = Compile(options);
        using var model = (LanguageModel)compiled.Create(seed: 2);
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
        var objective = model.CreateObjective(data);
        var plan = objective.Plan(compiled.Training! with { BatchSize = 6 });
        var (whole, all) = Loss(0, 6);
        (double Loss, double Share)[] parts = [Loss(0, 1), Loss(1, 2), Loss(3, 3)];
        Assert.Equal(1, all);
        Assert.Equal(1, parts.Sum(static part => part.Share), 1e-12);
        Assert.Equal(whole, parts.Sum(static part => part.Loss * part.Share), 1e-5);

        (double Loss, double Share) Loss(int first, int count)
        {
            var step = new TrainingStep(plan, 0, 0, Seed: 4, Step: 11) { First = first, Count = count };
            using var loss = objective.Loss(step);
            return (loss.Total.item<float>(), loss.Share ?? step.Share);
        }
    }

    private static double AccuracyWith(string options, string text)
    {
        var compiled = Compile(options);
        using var model = (LanguageModel)compiled.Create(seed: 1);
        using var data = TokenDataset.Create(text, model.CreateTokenizer(text), model.ContextLength, 0.1);
        var objective = model.CreateObjective(data);
        using (var trainer = new Trainer(objective, compiled.Training!, seed: 1))
        {
            trainer.Run();
        }

        var metrics = objective.Validate(8);
        Assert.Equal(metrics[0].Value, objective.Validate(3)[0].Value, 1e-4);
        return metrics[1].Value;
    }

    private static CompiledModel Compile(string options) =>
        SpecAssembly.Compile(Spec.Replace("OPTIONS", options, StringComparison.Ordinal));

    private static string CreateText(string[] words, int count)
    {
        var random = new Random(1);
        return string.Concat(Enumerable.Range(0, count).Select(_ => words[random.Next(words.Length)] + " "));
    }
}
