using ModelGen.Data;
using TorchSharp;

namespace ModelGen.Evaluation;

/// <summary>
/// A language model's loss over all the held-out text, expressed as <c>validation_perplexity</c>, e to the power of the loss, the effective
/// number of tokens the model chooses between, and as <c>validation_bits_per_byte</c> of the UTF-8 text, which is comparable across
/// tokenizers. If the loss is that of answers alone, so is the perplexity, and there are no bits per byte.
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
                "The perplexity is computed from the loss on the held-out text; add that to the report first, as 'validation_loss'."
            );
        }

        report.Add("validation_perplexity", Math.Exp(loss));
        if (report.IsOfAnswers)
        {
            report.AddNote("validation_loss and validation_perplexity are those of answers alone, which say nothing of the bits per byte.");
            return;
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

        report.Add("validation_bits_per_byte", loss * tokens / bytes / Math.Log(2));
        report.AddCount("validation_tokens", tokens);
        report.AddCount("validation_bytes", bytes);
    }
}
