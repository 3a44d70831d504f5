using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Data;

internal sealed class Tokens() : DataKind("tokens", "text as a sequence of token ids", Context, Tokenizer, Vocabulary, MaskToken)
{
    /// <summary>The name, in words, of the constant for the number of tokens.</summary>
    public const string VocabularySize = "vocabulary";

    /// <summary>The name, in words, of the constant for the maximum sequence length.</summary>
    public const string ContextLength = "context";

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
        Default = ByteCount,
        Minimum = 2,
    };

    private static readonly TextParameter MaskToken = new(
        "mask-token",
        "how the special token is written that stands in for a token to be predicted, as in `<mask>`"
    )
    {
        Absent = "no such token",
    };

    public override string Example => "tokens: { context: 64, tokenizer: characters, vocabulary: 256, mask-token: <mask> }";

    public override string Unit => "tokens";

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Get(Tokenizer) == "bytes" && arguments.Get(Vocabulary) is var given && given != ByteCount && given != Size(arguments)
            ?
            [
                Problem.Conflict(
                    "",
                    FormattableString.Invariant(
                        $"'tokenizer: bytes' has a vocabulary of {Size(arguments)}, not {given}; leave 'vocabulary' "
                    ) + "out, or choose another tokenizer"
                ),
            ]
            : [];

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(Dim.Symbol(DataShape.Sequence)), ElementType.TokenId, Size(arguments), arguments.Get(Context))
        {
            MaskToken = arguments.TryGet(MaskToken, out _) ? Size(arguments) - 1 : null,
        };

    /// <summary>The size constants of the class.</summary>
    public static IReadOnlyList<SizeConstant> Constants(DataShape data) =>
        [
            new(VocabularySize, "How many tokens the model knows.", data.Vocabulary),
            new(ContextLength, "The longest sequence it reads.", data.Context),
            .. data.MaskToken is { } mask
                ? [new SizeConstant("mask-token", "The id of the token that stands in for one to be predicted.", mask)]
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
            SpecialTokens = [.. Specials(arguments)],
        };

    // The last ids are theirs.
    private static IEnumerable<(string Role, string Text)> Specials(Arguments arguments)
    {
        if (arguments.TryGet(MaskToken, out var mask))
        {
            yield return ("Mask", mask);
        }
    }

    private static long Size(Arguments arguments) =>
        arguments.Get(Tokenizer) == "bytes" ? ByteCount + Specials(arguments).Count() : arguments.Get(Vocabulary);
}
