using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Turns text into token ids and back.</summary>
public abstract class Tokenizer
{
    /// <summary>The number of tokens; ids run from 0 to this number minus one.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>Encodes a text as token ids.</summary>
    /// <param name="text">Any well-formed text.</param>
    /// <returns>The ids, in the order of the text.</returns>
    /// <exception cref="ModelGenException">The text holds something that the tokenizer has no token for.</exception>
    public abstract int[] Encode(ReadOnlySpan<char> text);

    /// <summary>Starts decoding a stream of tokens; a character is returned only once its last token has arrived.</summary>
    /// <returns>A new decoder for this stream.</returns>
    public abstract TokenDecoder CreateDecoder();

    /// <summary>Decodes a sequence of tokens. <c>Decode(Encode(text))</c> returns the text.</summary>
    /// <param name="tokens">Ids below <see cref="VocabularySize"/>.</param>
    /// <returns>The text; what cannot be decoded becomes U+FFFD.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var decoder = CreateDecoder();
        var text = new StringBuilder(tokens.Length);
        foreach (var token in tokens)
        {
            text.Append(decoder.Append(token));
        }

        return text.Append(decoder.Flush()).ToString();
    }

    /// <summary>The number of UTF-8 bytes that a token represents.</summary>
    /// <param name="token">An id below <see cref="VocabularySize"/>.</param>
    /// <returns>The number of bytes.</returns>
    public abstract int ByteCount(int token);

    /// <summary>Writes the tokenizer as a checkpoint stores it; <see cref="Parse"/> reads it back.</summary>
    /// <returns>One line of JSON.</returns>
    public abstract string Serialize();

    /// <summary>Builds a tokenizer from what <see cref="Serialize"/> wrote.</summary>
    /// <param name="text">The JSON from a checkpoint.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The text does not describe a tokenizer.</exception>
    public static Tokenizer Parse(string text) => TokenizerFormat.Parse(text);
}

/// <summary>Decodes one stream of tokens, piece by piece.</summary>
public abstract class TokenDecoder
{
    /// <summary>Decodes the next token.</summary>
    /// <param name="token">An id of the tokenizer's vocabulary.</param>
    /// <returns>The text that is now complete; empty while a character is missing tokens.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public abstract string Append(int token);

    /// <summary>Ends the stream.</summary>
    /// <returns>U+FFFD if the stream ended inside a character, otherwise the empty string.</returns>
    public abstract string Flush();
}
