using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Decodes tokens that stand for bytes of UTF-8.</summary>
/// <param name="tokens">The bytes of each token.</param>
internal sealed class ByteLevelDecoder(byte[][] tokens) : TokenDecoder
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public override string Append(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, tokens.Length);
        return Decode(tokens[token], flush: false);
    }

    public override string Flush() => Decode([], flush: true);

    // A byte that cannot continue a pending sequence gives U+FFFD for that sequence and then its own character.
    private string Decode(byte[] bytes, bool flush)
    {
        var characters = new char[_decoder.GetCharCount(bytes, 0, bytes.Length, flush)];
        return new string(characters, 0, _decoder.GetChars(bytes, 0, bytes.Length, characters, 0, flush));
    }
}
