using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Predicting each token from the ones before it: the mean cross-entropy −log p(token | tokens before it), in nats per token.
/// </summary>
public sealed class NextTokenObjective : TextObjective
{
    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The tokens to learn from; samples no longer than the model's context, on the model's device.</param>
    /// <param name="options">How the prediction is scored; null for the cross-entropy alone.</param>
    /// <exception cref="ModelGenException">The data have a larger vocabulary or longer samples than the model.</exception>
    public NextTokenObjective(LanguageModel model, TokenDataset data, NextTokenOptions? options = null)
        : base(model, data, options ?? new NextTokenOptions()) { }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        var (inputs, targets) = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        using (inputs)
        using (targets)
        using (var logits = LanguageModel.call(inputs)) // [count, time, vocabulary]
        {
            return TokenLoss.Mean(logits, targets);
        }
    }

    // The sum stays on the device until the end.
    private protected override IReadOnlyList<MetricValue> Measure(IEnumerable<(Tensor Inputs, Tensor Targets)> batches, ulong seed)
    {
        using var evaluation = EvaluationMode.Of(LanguageModel);
        using var total = new ScalarSum(LanguageModel.Device);
        long count = 0;
        foreach (var (inputs, targets) in batches)
        {
            using var batchScope = NewDisposeScope();
            count += inputs.numel();
            total.Add(TokenLoss.CrossEntropy(LanguageModel.call(inputs), targets));
        }

        return [new MetricValue("loss", total.Read() / count)];
    }
}
