using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Tokenizers;

internal sealed class BpeTokenizer()
    : Tokenizer(
        "bpe",
        "the bytes of the UTF-8 text and what is merged of them, the most frequent pair first, until the vocabulary is full or no pair of "
            + "the training text occurs twice: Sennrich et al. 2016, inside words as GPT-2 cuts them"
    )
{
    public override string Example => "bpe";

    public override IEnumerable<Problem> Misuse(Arguments arguments, long? vocabulary, IReadOnlyList<SpecialToken> specials)
    {
        var least = WithBytes(specials);
        if (vocabulary is null)
        {
            yield return new Problem(
                Rules.MissingKey,
                Vocabulary,
                new([$"'tokenizer: {Word}'", Vocabulary, FormattableString.Invariant($"the number of tokens, as in {Vocabulary}: 1024")])
            );
        }
        else if (vocabulary < least)
        {
            yield return Problem.Conflict(
                Vocabulary,
                FormattableString.Invariant($"a vocabulary of {vocabulary} is too small for 'tokenizer: {Word}': 256 bytes ")
                    + FormattableString.Invariant($"and {specials.Count} special tokens need {least}; raise it")
            );
        }

        foreach (var spaced in specials.Where(static special => special.Text.Any(char.IsWhiteSpace)))
        {
            yield return Problem.Conflict(
                spaced.Key,
                $"'{spaced.Key}' has white space, at which 'tokenizer: {Word}' cuts words; choose another text"
            );
        }
    }

    public override TokenOrigin Origin(Arguments arguments) => new TokensOfText("BpeTokenizer", Vocabulary, TakesTime: true);
}
