using ModelGen.Data;
using TorchSharp;

namespace ModelGen.Evaluation;

/// <summary>
/// What a language model's loss over all the text held back means: <c>validation_perplexity</c>, e to the power of the loss, which is the
/// number of tokens that it hesitates between, and <c>validation_bits_per_byte</c> of the text's UTF-8 form, which compares models of
/// different tokenizers.
/// </summary>
/// <param name="data">The tokens.</param>
public sealed class PerplexityMetric(TokenDataset data) : Metric
{
    private const int BatchSize = 256;

    /// <inheritdoc/>
    public override string Name => "perplexity";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The report has no <c>validation_loss</c> yet.</exception>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        if (!report.Figures.TryGetValue("validation_loss", out var loss))
        {
            throw new InvalidOperationException(
                "The perplexity comes from the loss on the text held back; add it to the report first, as 'validation_loss'."
            );
        }

        long tokens = 0;
        long bytes = 0;
        foreach (var (inputs, targets) in data.Validation.Blocks(BatchSize))
        {
            using (inputs)
            using (targets)
            using (var onCpu = targets.cpu())
            using (var flat = onCpu.contiguous())
            {
                progress.Advance(tokens, data.Validation.Length);
                foreach (var token in flat.data<long>())
                {
                    bytes += data.Tokenizer.ByteCount((int)token);
                }

                tokens += flat.numel();
            }
        }

        report.Add("validation_perplexity", Math.Exp(loss));
        report.Add("validation_bits_per_byte", loss * tokens / bytes / Math.Log(2));
        report.AddCount("validation_tokens", tokens);
        report.AddCount("validation_bytes", bytes);
    }
}
