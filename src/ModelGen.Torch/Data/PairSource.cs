using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pairs of texts, as named in a recipe.</summary>
public abstract record PairSource
{
    /// <summary>Reads the pairs as tokens. What cannot be used is left out; see <see cref="PairDataset.Problems"/>.</summary>
    /// <param name="createTokenizer">Creates the tokenizer from the texts to train on: the model's <c>CreateTokenizer</c>.</param>
    /// <param name="context">The most tokens of a source, and of a target with its end: the model's <c>ContextLength</c>.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1: the first half is reading, the next quarter learning tokens,
    /// the last tokenizing.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">There is nothing to read, it cannot be read, or it does not suit the tokenizer.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public abstract PairDataset Read(
        Func<TextCorpus, IProgress<double>?, CancellationToken, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    );
}
