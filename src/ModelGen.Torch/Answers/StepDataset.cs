using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>
/// Answers whose steps are rated, as tokens. Each step is made tokens by itself, with the separator after it; its last token, of the last
/// step the one that ends the answer, is where it is judged.
/// </summary>
public sealed class StepDataset : AnsweredDataset
{
    /// <summary>What separates steps where nothing else is said.</summary>
    public const string LineBreak = "\n";

    private StepDataset(Samples samples, Tokenizer tokenizer, int padding, Device? device)
        : base(samples, tokenizer, padding, device) { }

    /// <summary>
    /// Tokenizes answers in steps. Of a file, those that cannot be used are left out, see <see cref="PromptedDataset.Problems"/>; in memory
    /// they are an error.
    /// </summary>
    /// <param name="answers">The answers.</param>
    /// <param name="test">Those to validate on; null to hold some of the others back at random, the same at each time.</param>
    /// <param name="tokenizer">The model's tokenizer, with a token that ends a text.</param>
    /// <param name="context">The most tokens of a prompt with an answer and its end, at least 1: the model's context.</param>
    /// <param name="template">The texts around a prompt; null for none.</param>
    /// <param name="separator">The text between two steps, not empty.</param>
    /// <param name="validationFraction">The fraction held back if there are no test answers, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">The tokenizer has no token that ends a text, an answer in memory cannot be used, or none is left
    /// for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static StepDataset Create(
        ExampleCollection<RatedSteps> answers,
        ExampleCollection<RatedSteps>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template = null,
        string separator = LineBreak,
        double? validationFraction = null,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var encoder = new StepEncoder(tokenizer, template, separator);
        var samples = Split(answers, test, Sample, context, validationFraction, "answers in steps", progress, cancellation);
        return new StepDataset(samples, tokenizer, encoder.Answers.Padding, device) { Problems = samples.Problems };

        AnswerSample Sample(RatedSteps rated) =>
            rated.Steps.Count == 0 || rated.Ratings.Count != rated.Steps.Count
                ? throw new ModelGenException(
                    FormattableString.Invariant($"it has {rated.Steps.Count} steps and {rated.Ratings.Count} ratings; each step needs one.")
                )
            : rated.Ratings.All(static rating => rating is >= 0 and <= 1)
                ? new(encoder.Answers.PromptText(rated.Prompt), [encoder.Tokens(rated.Prompt, rated.Steps)], 0)
                {
                    StepRatings = rated.Ratings,
                }
            : throw new ModelGenException("a rating is not a number from 0 to 1.");
    }
}
