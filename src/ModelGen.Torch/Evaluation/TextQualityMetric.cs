using System.Text;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Sampling;

namespace ModelGen.Evaluation;

/// <summary>
/// What texts are like that a language model generates: how varied they are (<c>distinct_1</c>, <c>distinct_2</c>,
/// <c>repeated_4_grams</c>, see <see cref="NgramDiversity"/>), how much like each other (<c>self_bleu</c>, see <see cref="Bleu.Self"/>),
/// and whether they are copies of the training text: the longest passage that it has too, <c>longest_overlap</c>, in characters, and the
/// share of all characters in passages of at least 50, <c>overlap_share</c>, see <see cref="VerbatimOverlap"/>. Each text continues a
/// piece of the held-out text, and what stands there in its place is measured too, as <c>distinct_1_of_held_out_text</c> and so on: the
/// value that real text reaches. If the held-out text is too short for two of them, it adds a note instead.
/// </summary>
public sealed class TextQualityMetric : Metric
{
    private const int SampleLength = 200;
    private const int MostSamples = 20;
    private const int FewestSamples = 2;
    private const int OverlapLength = 50;
    private const int RepetitionLength = 4;

    private readonly LanguageModel _model;
    private readonly TokenDataset _data;
    private readonly SamplingOptions _sampling;
    private readonly ulong _seed;

    /// <summary>Creates the metric.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="data">The training and held-out text.</param>
    /// <param name="sampling">How to choose each token.</param>
    /// <param name="seed">Seeds the samples.</param>
    /// <exception cref="ModelGenException">The model does not predict next tokens.</exception>
    public TextQualityMetric(LanguageModel model, TokenDataset data, SamplingOptions sampling, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(sampling);
        NextTokenPrediction.CheckPredictsNextTokens(model);
        _model = model;
        _data = data;
        _sampling = sampling;
        _seed = seed;
    }

    /// <inheritdoc/>
    public override string Name => "sample quality";

    /// <inheritdoc/>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        var prompt = Math.Max(1, _model.ContextLength / 2);
        var count = (int)Math.Min(MostSamples, _data.Validation.Length / (prompt + SampleLength));
        if (count < FewestSamples)
        {
            report.AddNote(
                $"The held-out text has fewer than {FewestSamples * (prompt + SampleLength)} tokens, so that there are not {FewestSamples} "
                    + "pieces of it to compare samples with: figures of generated texts are omitted."
            );
            return;
        }

        progress.Begin("samples");
        var (generated, heldOut) = Draw(prompt, count, progress);
        report.AddSeed("samples", _seed);
        report.AddCount("samples", count);
        report.AddCount("sample_tokens", SampleLength);
        report.AddCount("overlap_length", OverlapLength);
        progress.Begin("variety of the samples");
        AddDiversity(report, generated, "");
        AddDiversity(report, heldOut, "_of_held_out_text");
        progress.Begin("passages of the training text in the samples");
        var (ofGenerated, ofHeldOut) = (new VerbatimOverlap(generated), new VerbatimOverlap(heldOut));
        foreach (var piece in TrainingText(progress))
        {
            ofGenerated.Read(piece);
            ofHeldOut.Read(piece);
        }

        AddOverlap(report, ofGenerated, "");
        AddOverlap(report, ofHeldOut, "_of_held_out_text");
    }

    // Evenly spread over the held-out text, so that no two pieces of it overlap.
    private (IReadOnlyList<string> Generated, IReadOnlyList<string> HeldOut) Draw(int prompt, int count, EvaluationProgress progress)
    {
        var tokenizer = _data.Tokenizer;
        var (generated, heldOut) = (new List<string>(), new List<string>());
        using var generator = new TextGenerator(_model, tokenizer);
        for (var sample = 0; sample < count; sample++)
        {
            progress.Advance(sample, count);
            var piece = _data.Validation.Read(_data.Validation.Length * sample / count, prompt + SampleLength);
            generated.Add(
                generator.Generate(
                    tokenizer.Decode(piece.AsSpan(0, prompt)),
                    SampleLength,
                    _sampling,
                    _seed + (ulong)sample,
                    progress.CancellationToken
                )
            );
            heldOut.Add(tokenizer.Decode(piece.AsSpan(prompt)));
        }

        return (generated, heldOut);
    }

    private static void AddDiversity(EvaluationReport report, IReadOnlyList<string> texts, string of)
    {
        var words = texts.Select(Words.Split).ToList();
        report.Add($"distinct_1{of}", NgramDiversity.Distinct(words, 1));
        report.Add($"distinct_2{of}", NgramDiversity.Distinct(words, 2));
        report.Add($"repeated_{RepetitionLength}_grams{of}", NgramDiversity.Repeated(words, RepetitionLength));
        report.Add($"self_bleu{of}", Bleu.Self(words));
    }

    private static void AddOverlap(EvaluationReport report, VerbatimOverlap overlap, string of)
    {
        report.Add($"longest_overlap{of}", overlap.Longest().EnumerateRunes().Count());
        report.Add($"overlap_share{of}", overlap.Share(OverlapLength));
    }

    private IEnumerable<string> TrainingText(EvaluationProgress progress)
    {
        var decoder = _data.Tokenizer.CreateDecoder();
        var text = new StringBuilder();
        var done = 0L;
        foreach (var tokens in _data.Training.Pieces())
        {
            progress.Advance(done, _data.Training.Length);
            text.Clear();
            for (var place = 0; place < tokens.Length; place++)
            {
                text.Append(decoder.Append(tokens.Span[place]));
            }

            yield return text.ToString();
            done += tokens.Length;
        }

        yield return decoder.Flush();
    }
}
