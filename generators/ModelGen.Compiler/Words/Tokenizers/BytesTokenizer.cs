using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Tokenizers;

internal sealed class BytesTokenizer() : Tokenizer("bytes", "each byte of the UTF-8 text is a token")
{
    public override string Example => "bytes";

    public override IEnumerable<Problem> Misuse(Arguments arguments, long? vocabulary, IReadOnlyList<SpecialToken> specials)
    {
        if (vocabulary is { } given && given != UsualSize(specials))
        {
            yield return Problem.Conflict(
                "",
                FormattableString.Invariant($"'tokenizer: bytes' has a vocabulary of {UsualSize(specials)}, not {given}; leave ")
                    + $"'{Vocabulary}' out, or choose another tokenizer"
            );
        }
    }

    public override TokenOrigin Origin(Arguments arguments) => new FixedTokens("ByteTokenizer");
}
