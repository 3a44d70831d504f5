using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Tokenizers;

internal sealed class FileTokenizer()
    : Tokenizer(
        "file",
        "a tokenizer from elsewhere, read where the model is used; its file must agree with the vocabulary and the special tokens of the "
            + "spec, which the build checks where the file is there",
        Path,
        Merges,
        Pattern,
        EndId,
        PaddingId,
        MaskId,
        AnswerId
    )
{
    private static readonly TextParameter Path = new(
        "path",
        "a `tokenizer.json` of Hugging Face, a `.model` of SentencePiece (unigram), BERT's `vocab.txt` (without case), GPT-2's "
            + "`encoder.json`, or a `.tiktoken` file; relative to the folder that the program runs in"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly TextParameter Merges = new("merges", "GPT-2's `vocab.bpe`, which belongs to `encoder.json`")
    {
        Absent = "the merges are in the file",
    };

    private static readonly TextParameter Pattern = new(
        "pattern",
        "the regular expression that cuts text into words, which a `.tiktoken` file lacks"
    )
    {
        Absent = "the pattern is in the file",
    };

    private static readonly IntegerParameter EndId = IdOf("end-id", "end-token");

    private static readonly IntegerParameter PaddingId = IdOf("padding-id", "padding-token");

    private static readonly IntegerParameter MaskId = IdOf("mask-id", "mask-token");

    private static readonly IntegerParameter AnswerId = IdOf("answer-id", "answer-token");

    private static readonly IReadOnlyDictionary<string, IntegerParameter> Ids = new Dictionary<string, IntegerParameter>
    {
        ["end-token"] = EndId,
        ["padding-token"] = PaddingId,
        ["mask-token"] = MaskId,
        ["answer-token"] = AnswerId,
    };

    public override string Example =>
        "file: { path: encoder.json, merges: vocab.bpe, end-id: 290, padding-id: 291, mask-id: 292, answer-id: 293 }";

    public override IReadOnlyList<string> MoreExamples =>
        ["file: tokenizer.json", @"file: { path: base.tiktoken, pattern: '\p{L}+|[^\p{L}]+', end-id: 290 }"];

    public override IEnumerable<Problem> Problems(Arguments arguments)
    {
        foreach (
            var empty in new[] { Path, Merges, Pattern }.Where(key =>
                arguments.TryGet(key, out var text) && string.IsNullOrWhiteSpace(text)
            )
        )
        {
            yield return Problem.OutOfRange(
                empty.Name,
                $"{Word}.{empty.Name}",
                "empty",
                empty == Pattern ? "a regular expression" : "a path"
            );
        }

        if (arguments.TryGet(Merges, out _) && arguments.TryGet(Pattern, out _))
        {
            yield return Problem.Conflict(
                Pattern.Name,
                $"'{Merges.Name}' belongs to files of GPT-2 and '{Pattern.Name}' to those of tiktoken; remove one of the two"
            );
        }
    }

    public override IEnumerable<Problem> Misuse(Arguments arguments, long? vocabulary, IReadOnlyList<SpecialToken> specials)
    {
        if (vocabulary is null)
        {
            yield return new Problem(
                Rules.MissingKey,
                Vocabulary,
                new([$"'tokenizer: {Word}'", Vocabulary, "the number of tokens of the model, at least as many as the file has"])
            );
        }

        foreach (var (key, id) in Ids.Select(static pair => (pair.Key, pair.Value)))
        {
            var (isNamed, isGiven) = (specials.Any(special => special.Key == key), arguments.TryGet(id, out var given));
            if (isNamed && !isGiven)
            {
                yield return new Problem(
                    Rules.MissingKey,
                    key,
                    new([$"'{key}' with 'tokenizer: {Word}'", $"{Place(id)}", "the token's id in the file, which is built into the model"])
                );
            }
            else if (isGiven && !isNamed)
            {
                yield return Problem.NoEffect(Place(id), Place(id), $"it is the id of '{key}', which the spec does not name");
            }
            else if (isGiven && given >= vocabulary)
            {
                yield return Problem.OutOfRange(
                    Place(id),
                    Place(id),
                    FormattableString.Invariant($"{given}"),
                    FormattableString.Invariant($"below the vocabulary of {vocabulary}")
                );
            }
        }

        if (
            Ids.Values.Where(id => arguments.TryGet(id, out _)).GroupBy(arguments.Get).FirstOrDefault(static same => same.Count() > 1) is
            { } twice
        )
        {
            yield return Problem.Conflict(
                Place(twice.Last()),
                FormattableString.Invariant(
                    $"'{twice.First().Name}' and '{twice.Last().Name}' are both {twice.Key}, and each token has an "
                ) + "id of its own"
            );
        }
    }

    public override long Id(Arguments arguments, long size, IReadOnlyList<SpecialToken> specials, SpecialToken token) =>
        arguments.TryGet(Ids[token.Key], out var id) ? id : base.Id(arguments, size, specials, token);

    public override TokenOrigin Origin(Arguments arguments)
    {
        IReadOnlyList<Parameter> read = [Path, Merges, Pattern];
        return new TokensOfFile("TokenizerSource", Vocabulary, read, Arguments.Select(read, arguments));
    }

    public override NamedTokenizer? Named(string place, Arguments arguments, long size, EquatableArray<NamedToken> specials) =>
        new(
            place,
            arguments.Get(Path),
            arguments.TryGet(Merges, out var merges) ? merges : null,
            arguments.TryGet(Pattern, out var pattern) ? pattern : null,
            size,
            specials
        );

    private static IntegerParameter IdOf(string name, string token) =>
        new(name, $"the id of `{token}` in the file") { Minimum = 0, Absent = "no such token" };

    private string Place(Parameter id) => $"tokenizer.{Word}.{id.Name}";
}
