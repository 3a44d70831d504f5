using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Data;

internal sealed class Tokens() : DataKind("tokens", "text as a sequence of token ids", Context, Tokenizer, Vocabulary)
{
    /// <summary>The words of the constant that says how many tokens there are.</summary>
    public const string VocabularySize = "vocabulary";

    /// <summary>The words of the constant that says how long a sequence may be.</summary>
    public const string ContextLength = "context";

    private const int ByteCount = 256;

    private static readonly IntegerParameter Context = new("context", "the longest sequence") { IsRequired = true, Maximum = 1 << 20 };

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
        "how many tokens there are: with `bytes` always 256, with `characters` at least as many as the training text has"
    )
    {
        Default = ByteCount,
        Minimum = 2,
    };

    public override string Example => "tokens: { context: 64, tokenizer: characters, vocabulary: 256 }";

    public override string Unit => "tokens";

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Get(Tokenizer) == "bytes" && arguments.Get(Vocabulary) != ByteCount
            ?
            [
                Problem.Conflict(
                    "",
                    FormattableString.Invariant(
                        $"'tokenizer: bytes' has a vocabulary of {ByteCount}, not {arguments.Get(Vocabulary)}; leave 'vocabulary' "
                    ) + "out, or choose another tokenizer"
                ),
            ]
            : [];

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(Dim.Symbol(DataShape.Sequence)), ElementType.TokenId, arguments.Get(Vocabulary), arguments.Get(Context));

    /// <summary>The sizes that the class has.</summary>
    public static IReadOnlyList<SizeConstant> Constants(DataShape data) =>
        [
            new(VocabularySize, "How many tokens the model knows.", data.Vocabulary),
            new(ContextLength, "The longest sequence it reads.", data.Context),
        ];

    /// <summary>What makes the tokenizer.</summary>
    /// <param name="arguments">The arguments of the word.</param>
    /// <param name="isAskedFor">Whether the family's base class asks for it.</param>
    public static TokenizerMember TokenizerMember(Arguments arguments, bool isAskedFor) =>
        arguments.Get(Tokenizer) == "bytes"
            ? new TokenizerMember("ByteTokenizer", LearnedSize: null, isAskedFor)
            : new TokenizerMember("CharacterTokenizer", VocabularySize, isAskedFor);
}
