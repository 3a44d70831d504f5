using ModelGen.Data;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// The importance-weighted bound on log p(x) of the held-out images, <see cref="Vae.LogLikelihoodBound"/>, in nats per image:
/// <c>log_likelihood_bound</c>.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="data">The images, on the model's device.</param>
/// <param name="seed">Seeds the draws.</param>
public sealed class LikelihoodBoundMetric(Vae model, SampleDataset data, ulong seed) : Metric
{
    private const int Draws = 50;
    private const int BatchSize = 250;

    /// <inheritdoc/>
    public override string Name => "bound on the log-likelihood";

    /// <inheritdoc/>
    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(progress);
        var sum = 0.0;
        long seen = 0;
        ulong block = 0;
        foreach (var images in data.Validation.Blocks(BatchSize))
        {
            using var scope = NewDisposeScope();
            using var batch = images;
            progress.Advance(seen, data.Validation.Count);
            sum += model
                .LogLikelihoodBound(batch.Samples, Draws, seed + block++, model.ClassCount > 0 ? batch.Labels : null)
                .sum()
                .cpu()
                .item<float>();
            seen += batch.Samples.size(0);
        }

        report.Add("log_likelihood_bound", sum / data.Validation.Count);
        report.AddCount("log_likelihood_bound_draws", Draws);
    }
}
