using System.Text.Json;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>A model from a spec that learns answers does not learn prompts.</summary>
public sealed class AnswersOnlyTests : IDisposable
{
    private const string Spec = """
        model: Answerer
        family: transformer
        data:
          tokens: { context: 16, tokenizer: characters, vocabulary: 40, padding-token: <pad>, mask-token: <mask>, end-token: <end>, answer-token: <answer> }
        network:
          - embed: 24
          - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
          - residual: [layer-norm, linear: 48, gelu, linear: 24]
          - layer-norm
          - unembed
        objective: OBJECTIVE
        training: { optimizer: { adamw: 5e-3 }, batch: 8, accumulate: 2, duration: 200 steps }
        """;

    // Each token tells the next, in prompts as in answers.
    private static readonly string Text = string.Concat(Enumerable.Repeat("abc<answer>xyz<end>", 300));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheIdsAreTheLastOfTheVocabulary()
    {
        var compiled = SpecAssembly.Compile(Spec.Replace("OBJECTIVE", "next-token", StringComparison.Ordinal));
        Assert.Equal(39, compiled.Type.GetField("AnswerToken")!.GetRawConstantValue());
        using var model = (LanguageModel)compiled.Create(seed: 1);
        var tokenizer = Tokenizer.Parse(model.CreateTokenizer(Text).Serialize());
        Assert.Equal(
            [36, 37, 38, 39],
            new[] { SpecialTokenRole.Padding, SpecialTokenRole.End, SpecialTokenRole.Mask, SpecialTokenRole.Answer }.Select(tokenizer.IdOf)
        );
    }

    [Fact]
    public void AnswersAreLearnedAndPromptsAreNot()
    {
        var (answers, everything) = (Train("{ next-token: { answers-only: true } }"), Train("next-token"));

        // Before training the loss is about log 40 = 3.7.
        Assert.InRange(answers.Own, 0, 0.1);
        Assert.InRange(answers.OfAll, 2, 20);
        Assert.InRange(everything.OfAll, 0, 0.1);
        Assert.Equal("xyz", answers.Written); // it stops there by itself
    }

    [Theory]
    [InlineData("{ next-token: { answers-only: true } }", false)]
    [InlineData("next-token", true)]
    public void ARunReportsTheBitsPerByteOfWholeTextsOnly(string objective, bool hasBits)
    {
        var spec = Spec.Replace("OBJECTIVE", objective, StringComparison.Ordinal).Replace("200 steps", "2 steps", StringComparison.Ordinal);
        var compiled = SpecAssembly.Compile(spec);
        var settings = new RunSettings
        {
            Folder = _folder.Of("run"),
            Spec = _folder.Write(spec, "answerer.model.yaml"),
            Curves = new CurveSettings("nats per token", "loss"),
            Device = "cpu",
        };
        using var session = new RunSession(settings);
        using var model = (LanguageModel)compiled.Create(seed: 1);
        using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);

        Assert.True(session.Train(model.CreateObjective(data), compiled.Training!));
        Assert.True(session.Evaluate(new PerplexityMetric(data)));

        using var evaluation = JsonDocument.Parse(File.ReadAllText(_folder.Of("run", "evaluation.json")));
        var figures = evaluation.RootElement.GetProperty("figures");
        Assert.True(figures.TryGetProperty("validation_perplexity", out _));
        Assert.Equal(hasBits, figures.TryGetProperty("validation_bits_per_byte", out _));
    }

    private static (double Own, double OfAll, string Written) Train(string objective)
    {
        random.manual_seed(1);
        var compiled = SpecAssembly.Compile(Spec.Replace("OBJECTIVE", objective, StringComparison.Ordinal));
        using var model = (LanguageModel)compiled.Create(seed: 1);
        var tokenizer = model.CreateTokenizer(Text);
        using var data = TokenDataset.Create(Text, tokenizer, model.ContextLength, 0.1);
        var own = model.CreateObjective(data);
        using (var trainer = new Trainer(own, compiled.Training!, seed: 1))
        {
            trainer.Run();
        }

        return (
            own.Validate(8)[0].Value,
            new NextTokenObjective(model, data).Validate(8)[0].Value,
            TextGenerator.Generate(model, tokenizer, "abc<answer>", 8, new SamplingOptions { Temperature = 0 })
        );
    }
}
