using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Data;

internal sealed class Tokens() : DataKind("tokens", "text as a sequence of token ids", Context, Tokenizer, Vocabulary)
{
    private const int ByteCount = 256;

    private static readonly IntegerParameter Context = new("context", "the longest sequence") { IsRequired = true, Maximum = 1 << 20 };

    private static readonly ChoiceParameter Tokenizer = new("tokenizer", "`bytes`: each byte of the UTF-8 text is a token; `characters`: each character of the training text is one", "bytes", "characters") { Default = "bytes" };

    private static readonly IntegerParameter Vocabulary = new("vocabulary", "how many tokens there are: with `bytes` always 256, with `characters` at least as many as the training text has") { Default = ByteCount, Minimum = 2 };

    public override string Example => "tokens: { context: 64, tokenizer: characters, vocabulary: 256 }";

    public override string? Conflict(Arguments arguments) =>
        arguments.Get(Tokenizer) == "bytes" && arguments.Get(Vocabulary) != ByteCount
            ? FormattableString.Invariant($"'tokenizer: bytes' has a vocabulary of {ByteCount}, not {arguments.Get(Vocabulary)}; leave 'vocabulary' out, or choose another tokenizer")
            : null;

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(Dim.Symbol(DataShape.Sequence)), ElementType.TokenId, arguments.Get(Vocabulary), arguments.Get(Context));

    /// <summary>The sizes as constants of the class.</summary>
    public static void WriteConstants(CodeWriter writer, DataShape data)
    {
        writer.Line("/// <summary>How many tokens the model knows.</summary>");
        writer.Line(FormattableString.Invariant($"public const int Vocabulary = {data.Vocabulary};"));
        writer.Line();
        writer.Line("/// <summary>The longest sequence it reads.</summary>");
        writer.Line(FormattableString.Invariant($"public const int Context = {data.Context};"));
        writer.Line();
    }

    /// <summary>The method that makes the tokenizer from <c>trainingText</c>, but for its modifiers.</summary>
    public static string TokenizerMember(Arguments arguments)
    {
        var tokenizer = arguments.Get(Tokenizer) == "bytes"
            ? "new global::ModelGen.Tokenization.ByteTokenizer()"
            : "global::ModelGen.Tokenization.CharacterTokenizer.FromText(trainingText, Vocabulary)";
        return $"global::ModelGen.Tokenization.Tokenizer CreateTokenizer(string trainingText) => {tokenizer};";
    }
}
