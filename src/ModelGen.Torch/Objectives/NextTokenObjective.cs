using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Predicting each token from the ones before it: the mean cross-entropy −log p(token | tokens before it), in nats per token, over all
/// tokens or over those of answers.
/// </summary>
/// <remarks>
/// A sample is cut from the text wherever it falls. Of answers alone, the tokens before its first answer or end token count if that is an
/// end token; a sample with neither does not count. A batch without any that count has the loss 0 and no gradient.
/// </remarks>
public sealed class NextTokenObjective : TextObjective
{
    private readonly AnswerMask? _answers;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The tokens to learn from; samples no longer than the model's context, on the model's device.</param>
    /// <param name="options">Which tokens count, and how they are scored; null for the cross-entropy of all.</param>
    /// <exception cref="ModelGenException">The data have a larger vocabulary or longer samples than the model; or only answers are to
    /// count, and the tokenizer has no token for their beginning or end, or the text has none.</exception>
    public NextTokenObjective(LanguageModel model, TokenDataset data, NextTokenOptions? options = null)
        : base(model, data, options ??= new NextTokenOptions(), options.AnswersOnly ? TokenLoss.Ignored : null) =>
        _answers = options.AnswersOnly ? Answers(data) : null;

    /// <summary>Whether the loss is the mean over the tokens of answers alone.</summary>
    internal bool IsOfAnswers => _answers is not null;

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        var (inputs, targets) = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        using (inputs)
        using (targets)
        using (var logits = LanguageModel.call(inputs)) // [count, time, vocabulary]
        {
            if (_answers is null)
            {
                return TokenLoss.Mean(logits, targets);
            }

            using var isAnswer = _answers.Of(inputs, targets);
            using var counted = Counted(targets, isAnswer);
            using var divisor = Divisor(step, isAnswer);
            return TokenLoss.Mean(logits, counted, divisor);
        }
    }

    // The sums stay on the device until the end.
    private protected override IReadOnlyList<MetricValue> Measure(IEnumerable<(Tensor Inputs, Tensor Targets)> batches, ulong seed)
    {
        using var evaluation = EvaluationMode.Of(LanguageModel);
        using var total = new ScalarSum(LanguageModel.Device);
        using var answers = new ScalarSum(LanguageModel.Device);
        long tokens = 0;
        foreach (var (inputs, targets) in batches)
        {
            using var given = inputs;
            using var wanted = targets;
            using var batchScope = NewDisposeScope();
            var counted = targets;
            if (_answers is not null)
            {
                var isAnswer = _answers.Of(inputs, targets);
                answers.Add(isAnswer.sum(ScalarType.Float32));
                counted = Counted(targets, isAnswer);
            }

            tokens += inputs.numel();
            total.Add(TokenLoss.CrossEntropy(LanguageModel.call(inputs), counted));
        }

        var count = _answers is null ? tokens : answers.Read();
        return count > 0
            ? [new MetricValue("loss", total.Read() / count)]
            : throw new ModelGenException(
                $"None of the {tokens} tokens that validation looks at belongs to an answer; let it look at more batches ('batches' under "
                    + "'training.validation')."
            );
    }

    private static AnswerMask Answers(TokenDataset data)
    {
        var answer = Special(SpecialTokenRole.Answer, "between a prompt and its answer");
        var end = Special(SpecialTokenRole.End, "that ends an answer");
        foreach (var (split, part) in new[] { (data.Training, "training"), (data.Validation, "validation") })
        {
            if (!split.Pieces().Any(piece => piece.Span.Contains(answer.Id)))
            {
                throw new ModelGenException(
                    $"Only answers are to count, and the {part} text has none; write '{answer.Text}' between each prompt and its answer, "
                        + $"and '{end.Text}' after it."
                );
            }
        }

        return new AnswerMask(answer.Id, end.Id);

        SpecialToken Special(SpecialTokenRole role, string what) =>
            data.Tokenizer.SpecialTokens.FirstOrDefault(token => token.Role == role)
            ?? throw new ModelGenException(
                $"The data's tokenizer has no token {what}; create it with one, or with the model's CreateTokenizer."
            );
    }

    private static Tensor Counted(Tensor targets, Tensor isAnswer)
    {
        using var none = tensor(TokenLoss.Ignored, device: targets.device);
        return where(isAnswer, targets, none);
    }

    // Where each part's sum over this is weighed by its share of the samples, their sum is the mean over what counts in the batch. A share
    // of what counts could be 0, and then say nothing of how to weigh what layers add to the loss.
    private Tensor Divisor(TrainingStep step, Tensor isAnswer)
    {
        using var number = step.Count == step.BatchSize ? isAnswer.sum(ScalarType.Float32) : NumberInBatch(step);
        using var least = number.ClampMin(1);
        return least.Times(step.Share);
    }

    private Tensor NumberInBatch(TrainingStep step)
    {
        var (inputs, targets) = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch);
        using (inputs)
        using (targets)
        using (var isAnswer = _answers!.Of(inputs, targets))
        {
            return isAnswer.sum(ScalarType.Float32);
        }
    }
}
