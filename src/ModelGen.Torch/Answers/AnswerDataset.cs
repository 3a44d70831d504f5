using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>Examples of how to answer, as tokens.</summary>
public sealed class AnswerDataset : AnsweredDataset
{
    private AnswerDataset(Samples samples, Tokenizer tokenizer, int padding, Device? device)
        : base(samples, tokenizer, padding, device) { }

    /// <summary>
    /// Tokenizes examples. Of a file, those that cannot be used are left out, see <see cref="PromptedDataset.Problems"/>; in memory they
    /// are an error.
    /// </summary>
    /// <param name="examples">The examples: prompts with answers, and conversations.</param>
    /// <param name="test">Those to validate on; null to hold some of the others back at random, the same at each time.</param>
    /// <param name="tokenizer">The model's tokenizer, with a token that ends a text.</param>
    /// <param name="context">The most tokens of an example with its end, at least 1: the model's context.</param>
    /// <param name="layout">How examples become texts, and samples of them; null for the texts alone.</param>
    /// <param name="validationFraction">The fraction held back if there are no test examples, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">The tokenizer has no token that ends a text, an example in memory cannot be used, or none is
    /// left for one of the two parts.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static AnswerDataset Create(
        ExampleCollection<AnswerExample> examples,
        ExampleCollection<AnswerExample>? test,
        Tokenizer tokenizer,
        int context,
        AnswerLayout? layout = null,
        double? validationFraction = null,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        layout ??= new AnswerLayout();
        var encoder = new AnswerEncoder(tokenizer, layout.Template, layout.Chat);
        var samples = Split(examples, test, Sample, context, validationFraction, "examples", progress, cancellation);
        var packed = layout.IsPacked
            ? samples with
            {
                Training = PackedSamples.Of(samples.Training, context),
                Validation = PackedSamples.Of(samples.Validation, context),
            }
            : samples;
        return new AnswerDataset(packed, tokenizer, encoder.Padding, device)
        {
            Problems = samples.Problems,
            Notes = layout.IsPacked
                ? [FormattableString.Invariant($"{samples.Training.Count} examples to train on are packed into {packed.Training.Count}")]
                : [],
        };

        AnswerSample Sample(AnswerExample example) => new(encoder.PromptText(example), [encoder.Tokens(example)], 0);
    }
}
