using ModelGen.Evaluation;
using ModelGen.Training;

namespace ModelGen.Examples.Results.Shakespeare;

/// <summary>nanoGPT's estimate of the validation loss: the mean over 20 random batches.</summary>
internal sealed class EstimateMetric(Objective objective, int batchSize, ulong seed) : Metric
{
    private const int Batches = 20;

    public override string Name => "estimate";

    public override void AddTo(EvaluationReport report, EvaluationProgress progress) =>
        report.Add(
            "estimated_loss",
            objective.EstimateValidation(batchSize, Batches, seed).Single(static metric => metric.Name == "loss").Value
        );
}
