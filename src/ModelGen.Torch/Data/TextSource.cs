using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Text files, as named in a recipe.</summary>
public sealed record TextSource
{
    /// <summary>A text file, or a folder whose text files are all read; see <see cref="TextCorpus.Read"/>.</summary>
    public required string Path { get; init; }

    /// <summary>Reads the text as tokens.</summary>
    /// <param name="createTokenizer">Creates the tokenizer from the text: the model's
    /// <see cref="Models.LanguageModel.CreateTokenizer(TextCorpus, IProgress{double}, CancellationToken)"/>.</param>
    /// <param name="context">Tokens per sample, at least 1: the model's <see cref="Models.LanguageModel.ContextLength"/>.</param>
    /// <param name="validationFraction">The fraction held back at the end, above 0 and below 1; if null, a tenth, but no more than a
    /// million tokens.</param>
    /// <param name="device">The device for the tokens, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1: the first half is reading, the next quarter learning tokens,
    /// the last tokenizing.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">The text cannot be read, is too short, or needs more tokens than the model has.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public TokenDataset Read(
        Func<TextCorpus, IProgress<double>?, CancellationToken, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    ) => Read("data.text", Path, createTokenizer, context, validationFraction, device, progress, cancellation);

    /// <summary>Reads text files that the recipe names by a key.</summary>
    internal static TokenDataset Read(
        string key,
        string path,
        Func<TextCorpus, IProgress<double>?, CancellationToken, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(createTokenizer);
        var text = SourcePath.Read(key, path, full => TextCorpus.Read(full, ReadingShare.Of(progress, 0, 0.5), cancellation));
        var tokenizer = createTokenizer(text, ReadingShare.Of(progress, 0.5, 0.25), cancellation);
        return TokenDataset.Create(
            text,
            tokenizer,
            context,
            validationFraction,
            device,
            ReadingShare.Of(progress, 0.75, 0.25),
            cancellation
        );
    }
}
