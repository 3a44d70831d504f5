using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// How well a language model predicts each token of a text from those before it, in windows that slide over the text: they begin
/// <see cref="Stride"/> tokens apart, and each predicts what no earlier one has. So every token except the first of the text counts once;
/// those of the first window are predicted from all tokens before them, later ones from at least the model's context less the stride, and
/// one more. With a stride of the whole context the windows do not overlap, as in the validation of a run; a stride of 1 gives every token
/// as much context as the model can use, and takes as many times longer as the context has tokens.
/// </summary>
/// <param name="Loss">The mean of −log p(token | tokens before it), in nats per token.</param>
/// <param name="Accuracy">The share of tokens that the model holds to be the likeliest, from 0 to 1.</param>
/// <param name="CalibrationError">The expected <see cref="Evaluation.CalibrationError"/> of the likeliest tokens, from 0 to 1.</param>
/// <param name="Tokens">The number of tokens predicted.</param>
/// <param name="Bytes">The number of UTF-8 bytes that they stand for.</param>
/// <param name="Stride">How many tokens apart the windows begin.</param>
public sealed record NextTokenPrediction(double Loss, double Accuracy, double CalibrationError, long Tokens, long Bytes, int Stride)
{
    // The logits of a batch of windows, and their logarithmic probabilities, take 64 MB each.
    private const long MostLogits = 1 << 24;
    private const int MostWindows = 64;

    /// <summary>e to the power of the loss: the effective number of tokens that the model chooses between.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>The loss in bits per byte of the UTF-8 text, which is comparable between tokenizers.</summary>
    public double BitsPerByte => Loss * Tokens / Bytes / Math.Log(2);

    /// <summary>Measures a whole text, such as one that was never part of the data. A text in files may be larger than memory.
    /// Each document ends with the token for that, where the tokenizer has one, as in training.</summary>
    /// <param name="model">The model; it is in evaluation mode meanwhile.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="text">The text.</param>
    /// <param name="stride">How many tokens apart the windows begin, from 1 to the model's context; null for half of it.</param>
    /// <param name="progress">Receives the progress; stops between two batches if cancelled. Null for none.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ModelGenException">The model does not predict next tokens, the text has fewer than two tokens or something that the
    /// tokenizer has no token for, or the model's output is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static NextTokenPrediction Measure(
        LanguageModel model,
        Tokenizer tokenizer,
        TextCorpus text,
        int? stride = null,
        EvaluationProgress? progress = null
    )
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        progress ??= new EvaluationProgress();
        var stop = progress.CancellationToken;
        var tokens = CorpusTokens.Pieces(text, tokenizer, progress: null, stop);
        return Measure(model, tokenizer, tokens, CorpusTokens.Count(text, tokenizer, stop), stride, progress);
    }

    /// <summary>Measures the tokens that a data set holds back.</summary>
    /// <param name="model">The model; it is in evaluation mode meanwhile.</param>
    /// <param name="data">The data.</param>
    /// <param name="stride">How many tokens apart the windows begin, from 1 to the model's context; null for half of it.</param>
    /// <param name="progress">Receives the progress; stops between two batches if cancelled. Null for none.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ModelGenException">The model does not predict next tokens, or its output is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static NextTokenPrediction Measure(
        LanguageModel model,
        TokenDataset data,
        int? stride = null,
        EvaluationProgress? progress = null
    )
    {
        ArgumentNullException.ThrowIfNull(data);
        var tokens = data.Validation;
        return Measure(model, data.Tokenizer, tokens.Pieces(), tokens.Length, stride, progress ?? new EvaluationProgress());
    }

    internal static void CheckPredictsNextTokens(LanguageModel model)
    {
        if (!model.IsCausal)
        {
            throw new ModelGenException(
                $"{model.GetName()} sees later tokens when it predicts one, so that it cannot be measured by how well it predicts the "
                    + "next; the validation of its training measures how well it fills gaps."
            );
        }
    }

    private static NextTokenPrediction Measure(
        LanguageModel model,
        Tokenizer tokenizer,
        IEnumerable<ReadOnlyMemory<int>> tokens,
        long count,
        int? stride,
        EvaluationProgress progress
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        CheckPredictsNextTokens(model);
        var context = model.ContextLength;
        var step = stride ?? Math.Max(1, context / 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1, nameof(stride));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, context, nameof(stride));
        if (count < 2)
        {
            throw new ModelGenException("A text of fewer than two tokens has no next token to predict; pass a longer one.");
        }

        var batchSize = (int)Math.Clamp(MostLogits / ((long)context * model.VocabularySize), 1, MostWindows);
        var calibration = new CalibrationError();
        var (loss, bytes) = (0.0, 0L);
        using var evaluation = EvaluationMode.Of(model);
        foreach (var batch in Batches(new SlidingWindows(context, step).Over(tokens), batchSize))
        {
            progress.Advance(calibration.Count, count);
            loss += Predict(model, batch, calibration);
            bytes += batch.Sum(window => window.Tokens.Skip(window.Known + 1).Sum(token => (long)tokenizer.ByteCount((int)token)));
        }

        return new NextTokenPrediction(loss / calibration.Count, calibration.Accuracy, calibration.Value, calibration.Count, bytes, step);
    }

    // Windows that fit into one tensor.
    private static IEnumerable<List<SlidingWindows.Window>> Batches(IEnumerable<SlidingWindows.Window> windows, int batchSize)
    {
        var batch = new List<SlidingWindows.Window>();
        foreach (var window in windows)
        {
            if (batch.Count == batchSize || (batch.Count > 0 && !IsAlike(batch[0], window)))
            {
                yield return batch;
                batch = [];
            }

            batch.Add(window);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static bool IsAlike(SlidingWindows.Window one, SlidingWindows.Window other) =>
        one.Tokens.Length == other.Tokens.Length && one.Known == other.Known;

    /// <summary>The sum of −log p over the predictions of the windows.</summary>
    private static double Predict(LanguageModel model, List<SlidingWindows.Window> windows, CalibrationError calibration)
    {
        try
        {
            using var scope = NewDisposeScope();
            var (length, known) = (windows[0].Tokens.Length - 1, windows[0].Known);
            var tokens = tensor([.. windows.SelectMany(static window => window.Tokens)], [windows.Count, length + 1], device: model.Device);
            var scores = model.call(tokens.narrow(1, 0, length)); // [windows, time, vocabulary]
            var logits = scores.narrow(1, known, length - known).reshape(-1, scores.size(-1)).to(ScalarType.Float32);
            var logarithms = nn.functional.log_softmax(logits, -1);
            var targets = tokens.narrow(1, known + 1, length - known).reshape(-1, 1);
            var (best, answers) = logarithms.max(1);
            var isRight = answers.eq(targets.squeeze(1)).cpu().data<bool>().ToArray();
            var confidences = best.cpu().data<float>().ToArray();
            var ofTargets = logarithms.gather(1, targets).squeeze(1).cpu().data<float>().ToArray();

            var loss = 0.0;
            for (var place = 0; place < ofTargets.Length; place++)
            {
                if (!float.IsFinite(ofTargets[place]))
                {
                    throw new ModelGenException(
                        $"The logarithm of the probability that {model.GetName()} gives a token is {ofTargets[place]}; its weights are "
                            + "damaged or its training diverged, so use another checkpoint."
                    );
                }

                loss -= ofTargets[place];
                calibration.Add(Math.Min(1, Math.Exp(confidences[place])), isRight[place]);
            }

            return loss;
        }
        catch (Exception exception)
            when (OutOfMemory.Explain(exception, "give the model a smaller context, or use another device") is { } explained)
        {
            throw explained;
        }
    }
}
