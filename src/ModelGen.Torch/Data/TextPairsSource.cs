using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>JSON lines with a text and what it is to become on each line, as named in a recipe; see <see cref="PairFile.Read"/>.</summary>
public sealed record TextPairsSource : PairSource
{
    private const string Key = "data.text-pairs";

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The key of the text to read.</summary>
    public string Source { get; init; } = "source";

    /// <summary>The key of the text to write.</summary>
    public string Target { get; init; } = "target";

    /// <summary>The file with the validation pairs; null to hold back some of the training pairs.</summary>
    public string? Test { get; init; }

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
        ArgumentNullException.ThrowIfNull(createTokenizer);
        var (pairs, test) = SourcePath.ReadBoth(
            Key,
            File,
            Test,
            (path, share) => PairFile.Read(path, Source, Target, share, cancellation),
            ReadingShare.Of(progress, 0, 0.5)
        );
        var tokenizer = createTokenizer(pairs.ToCorpus(), ReadingShare.Of(progress, 0.5, 0.25), cancellation);
        return PairDataset.Create(
            pairs,
            test,
            tokenizer,
            context,
            validationFraction,
            device,
            ReadingShare.Of(progress, 0.75, 0.25),
            cancellation
        );
    }
}
