using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>Preferences as tokens: two answers to each prompt, of which the first is preferred.</summary>
public sealed class PreferenceDataset : AnsweredDataset
{
    private PreferenceDataset(Samples samples, Tokenizer tokenizer, int padding, Device? device)
        : base(samples, tokenizer, padding, device) { }

    /// <summary>
    /// Tokenizes preferences. Of a file, those that cannot be used are left out, see <see cref="PromptedDataset.Problems"/>; in memory they
    /// are an error.
    /// </summary>
    /// <param name="preferences">The preferences.</param>
    /// <param name="test">Those to validate on; null to hold some of the others back at random, the same at each time.</param>
    /// <param name="tokenizer">The model's tokenizer, with a token that ends a text.</param>
    /// <param name="context">The most tokens of a prompt with an answer and its end, at least 1: the model's context.</param>
    /// <param name="template">The texts around a prompt; null for none.</param>
    /// <param name="validationFraction">The fraction held back if there are no test preferences, above 0 and below 1; a tenth if
    /// null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">The tokenizer has no token that ends a text, a preference in memory cannot be used, or none is
    /// left for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PreferenceDataset Create(
        ExampleCollection<PreferencePair> preferences,
        ExampleCollection<PreferencePair>? test,
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
        var samples = Split(preferences, test, Sample, context, validationFraction, "preferences", progress, cancellation);
        var ties = preferences.PassedOver + (test?.PassedOver ?? 0);
        return new PreferenceDataset(samples, tokenizer, encoder.Padding, device)
        {
            Problems = samples.Problems,
            Notes = ties switch
            {
                0 => [],
                1 => ["one of the preferences is a tie, from which nothing is learned"],
                _ => [FormattableString.Invariant($"{ties} of the preferences are ties, from which nothing is learned")],
            },
        };

        AnswerSample Sample(PreferencePair pair)
        {
            if (pair.Margin is { } margin && !(margin >= 0 && double.IsFinite(margin)))
            {
                throw new ModelGenException("its margin is not a number from 0 on.");
            }

            var prompt = encoder.Prompt(pair.Prompt);
            AnswerTokens[] answers =
            [
                .. new[] { pair.Chosen, pair.Rejected }.Select(text => AnswerTokens.Of(prompt, encoder.Answer(text))),
            ];
            return answers[0].Tokens.AsSpan().SequenceEqual(answers[1].Tokens)
                ? throw new ModelGenException("both answers have the same tokens.")
                : new AnswerSample(encoder.PromptText(pair.Prompt), answers, pair.Margin ?? 0);
        }
    }
}
