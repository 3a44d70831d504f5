using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Text files whose missing spans are to be written, as named in a recipe; see <see cref="PairDataset.Denoise"/>.</summary>
public sealed record DenoisingSource : PairSource
{
    /// <summary>A text file, or a folder whose text files are all read; see <see cref="TextCorpus.Read"/>.</summary>
    public required string Path { get; init; }

    /// <summary>The share of tokens that are taken out, above 0 and below 1.</summary>
    public double Rate { get; init; } = 0.15;

    /// <summary>The mean length of the spans that are taken out, in tokens, 1 or more.</summary>
    public double Span { get; init; } = 3;

    /// <inheritdoc/>
    public override PairDataset Read(
        Func<TextCorpus, IProgress<double>?, CancellationToken, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var text = TextSource.Read("data.denoising", Path, createTokenizer, context, validationFraction, CPU, progress, cancellation);
        try
        {
            return PairDataset.Denoise(text, Rate, Span, device);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }
}
