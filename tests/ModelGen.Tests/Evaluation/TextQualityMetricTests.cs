using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Sampling;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

public sealed class TextQualityMetricTests : TorchTest
{
    private const int Context = 8;
    private const int Length = 200;
    private const ulong Seed = 7;

    private static readonly SamplingOptions Sampling = new() { Temperature = 0.7, TopK = 5 };
    private static readonly string Text = string.Concat(Enumerable.Range(0, 2000).Select(static i => $"{i * i % 89} and "));

    private readonly CharacterGpt _model;

    public TextQualityMetricTests()
    {
        manual_seed(4).Dispose();
        _model = new CharacterGpt(context: Context, layers: 1);
    }

    public override void Dispose()
    {
        _model.Dispose();
        base.Dispose();
    }

    [Fact]
    public void SamplesAndHeldOutTextAreMeasuredAlike()
    {
        var tokenizer = CharacterTokenizer.FromText(Text);
        using var data = TokenDataset.Create(Text, tokenizer, Context, validationFraction: 0.1);
        var report = new EvaluationReport("any");
        new TextQualityMetric(_model, data, Sampling, Seed).AddTo(report, new EvaluationProgress());

        // A character is a token: the last tenth is held out, and holds as many pieces of a prompt and its continuation.
        var split = (int)(Text.Length * 0.9);
        var (training, heldOut) = (TextCorpus.FromText(Text[..split]), Text[split..]);
        var count = heldOut.Length / ((Context / 2) + Length);
        Assert.InRange(count, 2, 19);
        var starts = Enumerable.Range(0, count).Select(index => heldOut.Length * index / count).ToList();
        AssertMeasured(
            report,
            "_of_held_out_text",
            [.. starts.Select(start => heldOut.Substring(start + (Context / 2), Length))],
            training
        );
        AssertMeasured(
            report,
            "",
            [
                .. starts.Select(
                    (start, index) =>
                        TextGenerator.Generate(
                            _model,
                            tokenizer,
                            heldOut.Substring(start, Context / 2),
                            Length,
                            Sampling,
                            Seed + (ulong)index
                        )
                ),
            ],
            training
        );

        // The text repeats itself, as an untrained model does not.
        Assert.True(report.Figures["longest_overlap_of_held_out_text"] > 4 * report.Figures["longest_overlap"]);
    }

    [Fact]
    public void TooLittleHeldOutTextIsNoted()
    {
        using var data = TokenDataset.Create(Text[..4000], new ByteTokenizer(), Context, validationFraction: 0.1);
        var report = new EvaluationReport("any");
        new TextQualityMetric(_model, data, Sampling, Seed).AddTo(report, new EvaluationProgress());

        Assert.Empty(report.Figures);
        Assert.Contains("fewer than 408 tokens", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void ItStopsWhenCancelled()
    {
        using var data = TokenDataset.Create(Text, new ByteTokenizer(), Context, validationFraction: 0.1);
        var report = new EvaluationReport("any");

        Assert.Throws<OperationCanceledException>(() =>
            new TextQualityMetric(_model, data, Sampling, Seed).AddTo(report, new EvaluationProgress(new CancellationToken(canceled: true)))
        );
    }

    private static void AssertMeasured(EvaluationReport report, string of, IReadOnlyList<string> texts, TextCorpus training)
    {
        var words = texts.Select(Words.Split).ToList();
        var overlap = VerbatimOverlap.Between(texts, training);
        foreach (
            var (name, value) in new[]
            {
                ("distinct_1", NgramDiversity.Distinct(words, 1)),
                ("distinct_2", NgramDiversity.Distinct(words, 2)),
                ("repeated_4_grams", NgramDiversity.Repeated(words, 4)),
                ("self_bleu", Bleu.Self(words)),
                ("longest_overlap", overlap.Longest().Length),
                ("overlap_share", overlap.Share(50)),
            }
        )
        {
            Assert.Equal(value, report.Figures[name + of], 1e-12);
        }
    }
}
