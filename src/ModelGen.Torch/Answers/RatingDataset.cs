using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>Rated answers as tokens.</summary>
public sealed class RatingDataset : AnsweredDataset
{
    private RatingDataset(Samples samples, Tokenizer tokenizer, int padding, Device? device)
        : base(samples, tokenizer, padding, device) { }

    /// <summary>
    /// Tokenizes rated answers. Of a file, those that cannot be used are left out, see <see cref="PromptedDataset.Problems"/>; in memory
    /// they are an error.
    /// </summary>
    /// <param name="answers">The answers.</param>
    /// <param name="test">Those to validate on; null to hold some of the others back at random, the same at each time.</param>
    /// <param name="tokenizer">The model's tokenizer, with a token that ends a text.</param>
    /// <param name="context">The most tokens of a prompt with an answer and its end, at least 1: the model's context.</param>
    /// <param name="template">The texts around a prompt; null for none.</param>
    /// <param name="validationFraction">The fraction held back if there are no test answers, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">The tokenizer has no token that ends a text, an answer in memory cannot be used, or none is left
    /// for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RatingDataset Create(
        ExampleCollection<RatedAnswer> answers,
        ExampleCollection<RatedAnswer>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template = null,
        double? validationFraction = null,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var encoder = new AnswerEncoder(tokenizer, template);
        var samples = Split(answers, test, Sample, context, validationFraction, "rated answers", progress, cancellation);
        return new RatingDataset(samples, tokenizer, encoder.Padding, device) { Problems = samples.Problems };

        AnswerSample Sample(RatedAnswer rated) =>
            float.IsFinite((float)rated.Rating)
                ? new(
                    encoder.PromptText(rated.Prompt),
                    [AnswerTokens.Of(encoder.Prompt(rated.Prompt), encoder.Answer(rated.Answer))],
                    rated.Rating
                )
                : throw new ModelGenException("its rating is not a finite number.");
    }
}
