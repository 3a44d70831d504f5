using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Texts with what is to be told of each, as named in a recipe.</summary>
public abstract record LabelledTextSource
{
    /// <summary>Reads the texts as tokens. What cannot be used is left out; see <see cref="SampleDataset.Problems"/>.</summary>
    /// <param name="createTokenizer">Creates the tokenizer from the texts to train on: the model's <c>CreateTokenizer</c>.</param>
    /// <param name="context">The most tokens of a text, at least 1: the model's <c>Context</c>.</param>
    /// <param name="validationFraction">The fraction held back if there are no test texts, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device for the tokens, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1: the first half is reading.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">There are no texts, they cannot be read, or they do not suit the tokenizer; see
    /// <see cref="SampleDataset.Create(TextCollection, TextCollection, Tokenizer, int, double?, Device, IProgress{double},
    /// CancellationToken)"/>.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public SampleDataset Read(
        Func<TextCorpus, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(createTokenizer);
        return Read((text, _, _) => createTokenizer(text), context, validationFraction, device, progress, cancellation);
    }

    /// <summary>Reads the texts as tokens, with a tokenizer that takes time to learn.</summary>
    /// <param name="createTokenizer">Creates the tokenizer from the texts to train on: the model's <c>CreateTokenizer</c>.</param>
    /// <param name="context">The most tokens of a text, at least 1: the model's <c>Context</c>.</param>
    /// <param name="validationFraction">The fraction held back if there are no test texts, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device for the tokens, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1: the first half is reading, the next quarter learning tokens,
    /// the last tokenizing.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">As above.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public SampleDataset Read(
        Func<TextCorpus, IProgress<double>?, CancellationToken, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(createTokenizer);
        var (training, test) = ReadTexts(ReadingShare.Of(progress, 0, 0.5), cancellation);
        var tokenizer = createTokenizer(training.ToCorpus(), ReadingShare.Of(progress, 0.5, 0.25), cancellation);
        return SampleDataset.Create(
            training,
            test,
            tokenizer,
            context,
            validationFraction,
            device,
            ReadingShare.Of(progress, 0.75, 0.25),
            cancellation
        );
    }

    /// <summary>Reads the texts to train on, and the test texts if there are any.</summary>
    private protected abstract (TextCollection Training, TextCollection? Test) ReadTexts(
        IProgress<double>? progress,
        CancellationToken cancellation
    );
}
