using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Data;

internal sealed class Tokens()
    : DataKind("tokens", "text as a sequence of token ids", Context, Tokenizer, Vocabulary, MaskToken, PaddingToken)
{
    /// <summary>The name, in words, of the constant for the number of tokens.</summary>
    public const string VocabularySize = "vocabulary";

    /// <summary>The name, in words, of the constant for the maximum sequence length.</summary>
    public const string ContextLength = "context";

    /// <summary>The name, in words, of the constant for the id of the padding token.</summary>
    public const string PaddingTokenId = "padding-token";

    private const int ByteCount = 256;

    private static readonly IntegerParameter Context = new("context", "the maximum sequence length")
    {
        IsRequired = true,
        Maximum = 1 << 20,
    };

    private static readonly ChoiceParameter Tokenizer = new(
        "tokenizer",
        "`bytes`: each byte of the UTF-8 text is a token; `characters`: each character of the training text is one",
        "bytes",
        "characters"
    )
    {
        Default = "bytes",
    };

    private static readonly IntegerParameter Vocabulary = new(
        "vocabulary",
        "the number of tokens: with `bytes` always 256 and the special tokens, with `characters` at least as many as the training text has "
            + "and the special tokens"
    )
    {
        Absent = "256, and with `bytes` also the special tokens",
        Minimum = 2,
    };

    private static readonly TextParameter MaskToken = new(
        "mask-token",
        "how the special token is written that stands in for a token to be predicted, as in `<mask>`"
    )
    {
        Absent = "no such token",
    };

    private static readonly TextParameter PaddingToken = new(
        PaddingTokenId,
        "how the special token is written that fills short sequences up, as in `<pad>`; attention that looks ahead and pooling "
            + "leave it out"
    )
    {
        Absent = "no such token",
    };

    public override string Example =>
        "tokens: { context: 64, tokenizer: characters, vocabulary: 128, mask-token: <mask>, padding-token: <pad> }";

    public override string Unit => "tokens";

    public override IEnumerable<Problem> Problems(Arguments arguments)
    {
        if (arguments.Get(Tokenizer) == "bytes" && arguments.TryGet(Vocabulary, out var given) && given != Size(arguments))
        {
            yield return Problem.Conflict(
                "",
                FormattableString.Invariant($"'tokenizer: bytes' has a vocabulary of {Size(arguments)}, not {given}; leave 'vocabulary' ")
                    + "out, or choose another tokenizer"
            );
        }

        var specials = Specials(arguments).ToList();
        if (Size(arguments) <= specials.Count)
        {
            yield return Problem.Conflict(
                Vocabulary.Name,
                $"a vocabulary of {Size(arguments)} leaves no token for the text beside {specials.Count} special tokens; raise it"
            );
        }

        foreach (var special in specials.Where(static special => special.Text.Length == 0 || special.Text.Contains('\n')))
        {
            yield return Problem.Conflict(special.Key, $"'{special.Key}' needs a text of one line, as in '{special.Example}'");
        }

        if (specials.GroupBy(static special => special.Text).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            yield return Problem.Conflict(
                twice.Last().Key,
                $"'{twice.First().Key}' and '{twice.Last().Key}' are both '{twice.Key}', and each needs a text of its own"
            );
        }
    }

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(Dim.Symbol(DataShape.Sequence)), ElementType.TokenId, Size(arguments), arguments.Get(Context))
        {
            MaskToken = Id(arguments, MaskToken),
            PaddingToken = Id(arguments, PaddingToken),
        };

    /// <summary>The size constants of the class.</summary>
    public static IReadOnlyList<SizeConstant> Constants(DataShape data) =>
        [
            new(VocabularySize, "How many tokens the model knows.", data.Vocabulary),
            new(ContextLength, "The longest sequence it reads.", data.Context),
            .. data.MaskToken is { } mask
                ? [new SizeConstant(MaskToken.Name, "The id of the token that stands in for one to be predicted.", mask)]
                : Array.Empty<SizeConstant>(),
            .. data.PaddingToken is { } padding
                ? [new SizeConstant(PaddingToken.Name, "The id of the token that fills short sequences up.", padding)]
                : Array.Empty<SizeConstant>(),
        ];

    /// <summary>The member that creates the tokenizer.</summary>
    /// <param name="arguments">The arguments of the word.</param>
    /// <param name="isAskedFor">Whether the family's base class requires it.</param>
    public static TokenizerMember TokenizerMember(Arguments arguments, bool isAskedFor) =>
        new(
            arguments.Get(Tokenizer) == "bytes" ? "ByteTokenizer" : "CharacterTokenizer",
            arguments.Get(Tokenizer) == "bytes" ? null : VocabularySize,
            isAskedFor
        )
        {
            SpecialTokens = [.. Specials(arguments).Select(static special => (special.Role, special.Text))],
        };

    // The last ids are theirs.
    private static IEnumerable<Special> Specials(Arguments arguments) =>
        new[] { (Key: PaddingToken, Role: "Padding", Example: "<pad>"), (Key: MaskToken, Role: "Mask", Example: "<mask>") }
            .Where(special => arguments.TryGet(special.Key, out _))
            .Select(special => new Special(special.Key.Name, special.Role, arguments.Get(special.Key), special.Example));

    private static long? Id(Arguments arguments, TextParameter key)
    {
        var keys = Specials(arguments).Select(static special => special.Key).ToList();
        return keys.IndexOf(key.Name) is >= 0 and var index ? Size(arguments) - keys.Count + index : null;
    }

    private static long Size(Arguments arguments) =>
        arguments.Get(Tokenizer) == "bytes" ? ByteCount + Specials(arguments).Count()
        : arguments.TryGet(Vocabulary, out var given) ? given
        : ByteCount;

    private sealed record Special(string Key, string Role, string Text, string Example);
}
