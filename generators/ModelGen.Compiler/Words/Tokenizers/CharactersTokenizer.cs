using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Tokenizers;

internal sealed class CharactersTokenizer() : Tokenizer("characters", "each character of the training text is a token")
{
    public override string Example => "characters";

    public override long Size(long? vocabulary, IReadOnlyList<SpecialToken> specials) => vocabulary ?? ByteCount;

    public override TokenOrigin Origin(Arguments arguments) => new TokensOfText("CharacterTokenizer", Vocabulary, TakesTime: false);
}
