using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Tokenizers;

internal sealed class BytesTokenizer() : Tokenizer("bytes", "each byte of the UTF-8 text is a token")
{
    public override string Example => "bytes";

    // A wrong size is reported; the ids are then still those of its tokens.
    public override long Size(long? vocabulary, IReadOnlyList<SpecialToken> specials) => WithBytes(specials);

    public override IEnumerable<Problem> Misuse(Arguments arguments, long? vocabulary, IReadOnlyList<SpecialToken> specials)
    {
        if (vocabulary is { } given && given != WithBytes(specials))
        {
            yield return Problem.Conflict(
                "",
                FormattableString.Invariant($"'tokenizer: bytes' has a vocabulary of {WithBytes(specials)}, not {given}; leave ")
                    + $"'{Vocabulary}' out, or choose another tokenizer"
            );
        }
    }

    public override TokenOrigin Origin(Arguments arguments) => new FixedTokens("ByteTokenizer");
}
