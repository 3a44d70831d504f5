using System.Runtime.InteropServices;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>Texts as sequences of tokens of different lengths.</summary>
internal sealed class TokenizedTexts : SampleCollection
{
    private readonly TextCollection _texts;
    private readonly int[][] _tokens;

    private TokenizedTexts(TextCollection texts, IReadOnlyList<string> classes, int[][] tokens, Tokenizer tokenizer, int context, int cut)
        : base(tokens.Length, [-context], "texts", texts.Numbers(classes), texts.Labels is null ? null : classes)
    {
        (_texts, _tokens, Tokenizer, CutCount) = (texts, tokens, tokenizer, cut);
        TargetShape = texts.Targets is null ? null : [texts.TargetLength];
    }

    /// <summary>The tokenizer that made the tokens.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>How many texts were longer than the context and lost their end.</summary>
    public int CutCount { get; }

    public override IReadOnlyList<FileProblem> Problems => _texts.Problems;

    internal override (float Low, float High) Range => (0, Tokenizer.VocabularySize - 1);

    internal override IReadOnlyList<int>? TargetShape { get; }

    /// <summary>Makes tokens of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="classes">The classes in the order of their numbers.</param>
    /// <param name="tokenizer">Their tokenizer.</param>
    /// <param name="context">How many tokens are kept of each.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <exception cref="ModelGenException">A text has no token, or has the padding token written out.</exception>
    public static TokenizedTexts Of(
        TextCollection texts,
        IReadOnlyList<string> classes,
        Tokenizer tokenizer,
        int context,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var tokens = new int[texts.Texts.Count][];
        var cut = 0;
        for (var index = 0; index < tokens.Length; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            (tokens[index], var isCut) = Encode(texts.Texts[index], tokenizer, context, () => texts.PlaceOf(index));
            cut += isCut ? 1 : 0;
            progress?.Report((index + 1.0) / tokens.Length);
        }

        return new TokenizedTexts(texts, classes, tokens, tokenizer, context, cut);
    }

    /// <summary>The first tokens of a text, and whether it has more.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="context">How many tokens are kept.</param>
    /// <param name="place">What messages call the text.</param>
    /// <exception cref="ModelGenException">It has no token, has the padding token written out, or has something that the tokenizer
    /// lacks.</exception>
    public static (int[] Tokens, bool IsCut) Encode(string text, Tokenizer tokenizer, int context, Func<string> place)
    {
        int[] all;
        try
        {
            all = tokenizer.Encode(text);
        }
        catch (ModelGenException exception)
        {
            throw new ModelGenException($"{place()} cannot be read: {exception.Message}", exception);
        }

        if (all.Length == 0)
        {
            throw new ModelGenException($"{place()} has no token of the tokenizer, so that there is nothing to read; leave it out.");
        }

        var padding = tokenizer.SpecialTokens.FirstOrDefault(static token => token.Role == SpecialTokenRole.Padding);
        if (padding is not null && all.Contains(padding.Id))
        {
            throw new ModelGenException(
                $"{place()} has '{padding.Text}' in it, which is the padding token, so that a model would not read it; remove it, or name "
                    + "another padding token."
            );
        }

        return (all.Length > context ? all[..context] : all, all.Length > context);
    }

    /// <summary>The number of tokens of a text.</summary>
    public int Length(int index) => _tokens[index].Length;

    internal override string? Place(int index) => _texts.Place(index);

    internal override ReadOnlySpan<byte> Bytes(int index) => MemoryMarshal.AsBytes(_tokens[index].AsSpan());

    internal override ReadOnlySpan<byte> TargetBytes(int index) =>
        _texts.Targets is { } targets ? MemoryMarshal.AsBytes(targets.Span.Slice(index * _texts.TargetLength, _texts.TargetLength)) : [];
}
