using System.Text.Json;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Sampling;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>The evaluation of a whole run on a text that a model can learn by heart, and should.</summary>
public sealed class TextEvaluationTests : IDisposable
{
    private const string Spec = """
        model: Reciter
        family: transformer
        data: { tokens: { context: 16, tokenizer: characters, vocabulary: 27 } }
        network:
          - embed: 32
          - repeat: 1
            layers:
              - residual: [layer-norm, self-attention: { heads: 4, causal: true }]
              - residual: [layer-norm, linear: 64, gelu, linear: 32]
          - layer-norm
          - unembed
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, schedule: { cosine: { warmup: 20 steps } }, clip-norm: 1, batch: 16, duration: 200 steps }
        """;

    // 6,000 characters, of which the last 600 are held out; all but the spaces tell what follows.
    private static readonly string Text = string.Concat(Enumerable.Repeat("abc defghijk lmn opqrstuvwxyz ", 200));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ATextLearntByHeartIsSeenToBe()
    {
        var compiled = SpecAssembly.Compile(Spec);
        var settings = new RunSettings
        {
            Folder = _folder.Of("run"),
            Spec = _folder.Write(Spec, "reciter.model.yaml"),
            Curves = new CurveSettings("nats per character", "loss"),
            Device = "cpu",
        };
        using (var session = new RunSession(settings))
        {
            using var model = (LanguageModel)compiled.Create(seed: 1);
            using var data = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
            Assert.True(session.Train(model.CreateObjective(data), compiled.Training!));
            Assert.True(
                session.Evaluate(
                    new PerplexityMetric(data),
                    new NextTokenMetric(model, data),
                    new TextQualityMetric(model, data, new SamplingOptions { Temperature = 0 }, settings.Seed)
                )
            );
        }

        using var evaluation = JsonDocument.Parse(File.ReadAllText(_folder.Of("run", "evaluation.json")));
        var figures = evaluation.RootElement.GetProperty("figures");

        // The first character of a block could be any of those after what it follows; a window that overlaps sees what it follows.
        Assert.InRange(Figure("next_token_perplexity"), 1, Figure("validation_perplexity"));
        Assert.InRange(Figure("next_token_perplexity"), 1, 1.2);
        Assert.Equal(Math.Log2(Figure("next_token_perplexity")), Figure("next_token_bits_per_byte"), 1e-9);
        Assert.InRange(Figure("next_token_accuracy"), 0.98, 1);
        Assert.InRange(Figure("next_token_calibration_error"), 0, 0.1);

        // What is generated is the text: 200 characters of it, word for word, as what is held out is.
        foreach (var of in new[] { "", "_of_held_out_text" })
        {
            Assert.Equal(200, Figure("longest_overlap" + of));
            Assert.Equal(1, Figure("overlap_share" + of));
            Assert.InRange(Figure("distinct_1" + of), 0.01, 0.2);
            Assert.InRange(Figure("repeated_4_grams" + of), 0.7, 0.95);
            Assert.InRange(Figure("self_bleu" + of), 0.8, 1);
        }

        var counts = evaluation.RootElement.GetProperty("counts");
        Assert.Equal(
            (599, 599, 8, 2, 200, 50),
            (
                Count("next_token_tokens"),
                Count("next_token_bytes"),
                Count("next_token_stride"),
                Count("samples"),
                Count("sample_tokens"),
                Count("overlap_length")
            )
        );
        Assert.Equal(settings.Seed, evaluation.RootElement.GetProperty("seeds").GetProperty("samples").GetUInt64());

        double Figure(string name) => figures.GetProperty(name).GetDouble();
        long Count(string name) => counts.GetProperty(name).GetInt64();
    }
}
