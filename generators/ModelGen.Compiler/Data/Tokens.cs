using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Data;

internal sealed class Tokens() : DataKind("tokens", "text as a sequence of token ids", Context, Tokenizer, Vocabulary)
{
    private const int ByteCount = 256;

    private static readonly IntegerParameter Context = new("context", "the longest sequence") { IsRequired = true, Maximum = 1 << 20 };

    private static readonly ChoiceParameter Tokenizer = new("tokenizer", "`bytes`: each byte of the UTF-8 text is a token; `characters`: each character of the training text is one", "bytes", "characters") { Default = "bytes" };

    private static readonly IntegerParameter Vocabulary = new("vocabulary", "how many tokens there are: with `bytes` always 256, with `characters` at least as many as the training text has") { Default = ByteCount, Minimum = 2 };

    public override string Example => "tokens: { context: 64, tokenizer: characters, vocabulary: 128 }";

    public override string? Conflict(Arguments arguments) =>
        arguments.Get(Tokenizer) == "bytes" && arguments.Get(Vocabulary) != ByteCount
            ? FormattableString.Invariant($"'tokenizer: bytes' has a vocabulary of {ByteCount}, not {arguments.Get(Vocabulary)}; leave 'vocabulary' out, or choose another tokenizer")
            : null;

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(Dim.Symbol(DataShape.Sequence)), ElementType.TokenId, arguments.Get(Vocabulary), arguments.Get(Context));

    /// <summary>The C# that makes the tokenizer from <c>trainingText</c>.</summary>
    public static string TokenizerExpression(Arguments arguments) => arguments.Get(Tokenizer) == "bytes"
        ? "new global::ModelGen.Tokenization.ByteTokenizer()"
        : "global::ModelGen.Tokenization.CharacterTokenizer.FromText(trainingText, Vocabulary)";
}
