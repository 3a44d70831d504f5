using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Data;

internal sealed class Tokens()
    : DataKind(
        "tokens",
        "text as a sequence of token ids",
        Context,
        Splitting,
        Vocabulary,
        MaskToken,
        PaddingToken,
        EndToken,
        AnswerToken,
        Documents
    )
{
    /// <summary>The name, in words, of the constant for the number of tokens.</summary>
    public const string VocabularySize = Tokenizer.Vocabulary;

    /// <summary>The name, in words, of the constant for the maximum sequence length.</summary>
    public const string ContextLength = "context";

    /// <summary>The name, in words, of the constant for the id of the padding token.</summary>
    public const string PaddingTokenId = "padding-token";

    private const string Apart = "apart";

    /// <summary>What published tokenizers call the token that ends a text; the runtime's table has the same.</summary>
    public static readonly IReadOnlyList<string> EndsOfText = ["<|endoftext|>", "<|end_of_text|>", "<|end|>", "</s>", "<eos>", "[EOS]"];

    private static readonly IntegerParameter Context = new("context", "the maximum sequence length")
    {
        IsRequired = true,
        Maximum = 1 << 20,
    };

    private static readonly WordParameter<Tokenizer> Splitting = new("tokenizer", "how the text becomes tokens") { Usual = "bytes" };

    private static readonly IntegerParameter Vocabulary = new(
        VocabularySize,
        "the number of tokens: with `bytes` always 256 and the special tokens, with `characters` at least as many as the training text has "
            + "and the special tokens, with `bpe` how many are learned, with `file` at least as many as it has"
    )
    {
        Absent = "256, and with `bytes` also the special tokens; `bpe` and `file` need it",
        Minimum = 2,
    };

    private static readonly TextParameter EndToken = new(
        "end-token",
        "how the special token is written that ends a text, as in `<end>`; generated text stops there"
    )
    {
        Absent = "no such token",
    };

    private static readonly TextParameter AnswerToken = new(
        "answer-token",
        "how the special token is written that stands between a prompt and its answer, as in `<answer>`; `next-token` with `answers-only` "
            + "counts what comes after it"
    )
    {
        Absent = "no such token",
    };

    private static readonly ChoiceParameter Documents = new(
        "documents",
        "`apart`: where a sequence holds several documents, attention does not cross from one into another, and the token that ends one is "
            + "the first of the next",
        "together",
        Apart
    )
    {
        Default = "together",
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

    private static readonly IReadOnlyDictionary<string, string> Examples = new Dictionary<string, string>
    {
        [AnswerToken.Name] = "<answer>",
        [EndToken.Name] = "<|endoftext|>",
        [MaskToken.Name] = "<mask>",
        [PaddingToken.Name] = "<pad>",
    };

    /// <summary>Why two models of tokens cannot read the same ones, as the end of a sentence that begins with the first; null if they
    /// can.</summary>
    /// <param name="one">The first.</param>
    /// <param name="other">The second.</param>
    public static string? Difference(ModelGraph one, ModelGraph other)
    {
        var name = other.Spec.Name;
        var (first, second) = (ArgumentsOf(one), ArgumentsOf(other));
        return one.Data.Vocabulary != other.Data.Vocabulary
                ? FormattableString.Invariant(
                    $"has a vocabulary of {one.Data.Vocabulary} and '{name}' one of {other.Data.Vocabulary}; both need the same tokens"
                )
            : !first.Get(Splitting).Equals(second.Get(Splitting))
                ? $"has the tokenizer '{first.Get(Splitting).Definition.Word}' and '{name}' another; both need the same tokens"
            : new[] { EndToken, AnswerToken, MaskToken, PaddingToken }.FirstOrDefault(key => !Equals(first.Value(key), second.Value(key)))
                is { } special
                ? $"has another '{special.Name}' than '{name}'; both need the same tokens"
            : one.Data.Context < other.Data.Context
                ? FormattableString.Invariant(
                    $"reads at most {one.Data.Context} tokens and '{name}' {other.Data.Context}; it must read as many"
                )
            : null;

        static Arguments ArgumentsOf(ModelGraph model) =>
            model.Spec.Arguments.Values.OfType<Configured<DataKind>>().Single(static data => data.Definition is Tokens).Arguments;
    }

    public override string Example =>
        "tokens: { context: 64, tokenizer: characters, vocabulary: 128, mask-token: <mask>, padding-token: <pad>, end-token: <end>, "
        + "answer-token: <answer>, documents: apart }";

    public override string Unit => "tokens";

    public override IEnumerable<Problem> Problems(Arguments arguments)
    {
        var (specials, (tokenizer, own)) = (Specials(arguments), arguments.Get(Splitting));
        foreach (var problem in tokenizer.Misuse(own, Given(arguments), specials))
        {
            yield return problem;
        }

        foreach (var special in specials.Where(static special => special.Text.Length == 0 || special.Text.Contains('\n')))
        {
            yield return Problem.Conflict(special.Key, $"'{special.Key}' needs a text of one line, as in '{Examples[special.Key]}'");
        }

        if (specials.GroupBy(static special => special.Text).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            yield return Problem.Conflict(
                twice.Last().Key,
                $"'{twice.First().Key}' and '{twice.Last().Key}' are both '{twice.Key}', and each needs a text of its own"
            );
        }

        if (arguments.Get(Documents) == Apart && !arguments.TryGet(EndToken, out _))
        {
            yield return Problem.Conflict(
                Documents.Name,
                $"'{Documents.Name}: {Apart}' needs to know where a document ends; name the token that ends one as '{EndToken.Name}'"
            );
        }

        // A model that leaves padding out would never see that a text ends.
        if (!arguments.TryGet(EndToken, out _) && arguments.TryGet(PaddingToken, out var padding) && EndsOfText.Contains(padding))
        {
            yield return Problem.Conflict(
                PaddingToken.Name,
                $"'{PaddingToken.Name}' is '{padding}', which ends texts: a model that leaves it out never learns where one ends; choose "
                    + $"another, or name what ends texts as '{EndToken.Name}'"
            );
        }
    }

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(Dim.Symbol(DataShape.Sequence)), ElementType.TokenId, Size(arguments), arguments.Get(Context))
        {
            AnswerToken = Id(arguments, AnswerToken),
            EndToken = Id(arguments, EndToken),
            KeepsDocumentsApart = arguments.Get(Documents) == Apart && arguments.TryGet(EndToken, out _),
            MaskToken = Id(arguments, MaskToken),
            PaddingToken = Id(arguments, PaddingToken),
        };

    public override NamedTokenizer? NamedTokenizer(string key, Arguments arguments)
    {
        var (specials, (tokenizer, own), size) = (Specials(arguments), arguments.Get(Splitting), Size(arguments));
        return tokenizer.Named(
            $"{key}.{Word}",
            own,
            size,
            new(
                specials.Select(special => new NamedToken(
                    special.Role.ToLowerInvariant(),
                    special.Text,
                    tokenizer.Id(own, size, specials, special)
                ))
            )
        );
    }

    public override string? Unheeded(GraphBuilder model) =>
        model.Data.KeepsDocumentsApart && !model.TellsDocuments
            ? $"'{Documents.Name}: {Apart}' keeps attention within each document, and no layer here attends along the text; leave it out"
            : null;

    /// <summary>Reports that the data name no special token for something.</summary>
    /// <param name="model">The model.</param>
    /// <param name="place">The key of the model that it is reported at.</param>
    /// <param name="who">What needs it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="what">What it is for.</param>
    /// <param name="example">How it may be written.</param>
    public static void ReportMissing(GraphBuilder model, string place, string who, string key, string what, string example) =>
        model.Report(Rules.MissingKey, GraphError.Model, place, $"'{who}'", $"data.tokens.{key}", $"{what}, as in {key}: {example}");

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
            .. data.EndToken is { } end
                ? [new SizeConstant(EndToken.Name, "The id of the token that ends a text.", end)]
                : Array.Empty<SizeConstant>(),
            .. data.AnswerToken is { } answer
                ? [new SizeConstant(AnswerToken.Name, "The id of the token that stands between a prompt and its answer.", answer)]
                : Array.Empty<SizeConstant>(),
        ];

    /// <summary>The member that creates the tokenizer.</summary>
    /// <param name="arguments">The arguments of the word.</param>
    /// <param name="isAskedFor">Whether the family's base class requires it.</param>
    public static TokenizerMember TokenizerMember(Arguments arguments, bool isAskedFor)
    {
        var (tokenizer, own) = arguments.Get(Splitting);
        return new(tokenizer.Origin(own), Specials(arguments), isAskedFor);
    }

    private static IReadOnlyList<SpecialToken> Specials(Arguments arguments) =>
        [
            .. new[]
            {
                (Key: PaddingToken, Role: "Padding"),
                (Key: EndToken, Role: "End"),
                (Key: MaskToken, Role: "Mask"),
                (Key: AnswerToken, Role: "Answer"),
            }
                .Where(special => arguments.TryGet(special.Key, out _))
                .Select(special => new SpecialToken(special.Key.Name, special.Role, arguments.Get(special.Key))),
        ];

    private static long? Id(Arguments arguments, TextParameter key)
    {
        var (specials, (tokenizer, own)) = (Specials(arguments), arguments.Get(Splitting));
        return specials.FirstOrDefault(special => special.Key == key.Name) is { } token
            ? tokenizer.Id(own, Size(arguments), specials, token)
            : null;
    }

    private static long Size(Arguments arguments) => arguments.Get(Splitting).Definition.Size(Given(arguments), Specials(arguments));

    private static long? Given(Arguments arguments) => arguments.TryGet(Vocabulary, out var given) ? given : null;
}
