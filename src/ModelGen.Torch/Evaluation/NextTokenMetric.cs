using ModelGen.Data;
using ModelGen.Models;

namespace ModelGen.Evaluation;

/// <summary>
/// How well a language model predicts each token of the held-out text from those before it, see <see cref="NextTokenPrediction"/>: as
/// <c>next_token_loss</c> in nats per token, <c>next_token_perplexity</c>, <c>next_token_bits_per_byte</c>, <c>next_token_accuracy</c> and
/// <c>next_token_calibration_error</c>. Where the validation of a run cuts the text into blocks, these windows overlap, so that only
/// the tokens at the beginning of the text are predicted from a few.
/// </summary>
public sealed class NextTokenMetric : Metric
{
    private readonly LanguageModel _model;
    private readonly TokenDataset _data;

    /// <summary>Creates the metric.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="data">The tokens.</param>
    /// <exception cref="ModelGenException">The model does not predict next tokens.</exception>
    public NextTokenMetric(LanguageModel model, TokenDataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        NextTokenPrediction.CheckPredictsNextTokens(model);
        _model = model;
        _data = data;
    }

    /// <summary>How many tokens apart the windows begin, from 1 to the model's context; null for half of it.</summary>
    public int? Stride { get; init; }

    /// <inheritdoc/>
    public override string Name => "prediction of each token";

    /// <inheritdoc/>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        var measured = NextTokenPrediction.Measure(_model, _data, Stride, progress);
        report.Add("next_token_loss", measured.Loss);
        report.Add("next_token_perplexity", measured.Perplexity);
        report.Add("next_token_bits_per_byte", measured.BitsPerByte);
        report.Add("next_token_accuracy", measured.Accuracy);
        report.Add("next_token_calibration_error", measured.CalibrationError);
        report.AddCount("next_token_tokens", measured.Tokens);
        report.AddCount("next_token_bytes", measured.Bytes);
        report.AddCount("next_token_stride", measured.Stride);
    }
}
