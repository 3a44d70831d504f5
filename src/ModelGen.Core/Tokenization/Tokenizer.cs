using System.Text;

namespace ModelGen.Tokenization;

/// <summary>Turns text into token ids and back.</summary>
public abstract class Tokenizer
{
    /// <summary>How many tokens there are; ids run from 0 to this number less one.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">Any well-formed text.</param>
    /// <returns>The ids, in the order of the text.</returns>
    /// <exception cref="ModelGenException">The text holds something that the tokenizer has no token for.</exception>
    public abstract int[] Encode(ReadOnlySpan<char> text);

    /// <summary>Starts to decode a stream of tokens; no character is given out before its last token has come.</summary>
    /// <returns>A decoder of its own for this stream.</returns>
    public abstract TokenDecoder CreateDecoder();

    /// <summary>The text of a sequence of tokens. <c>Decode(Encode(text))</c> gives the text back.</summary>
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

    /// <summary>How many bytes of the text's UTF-8 form a token stands for.</summary>
    /// <param name="token">An id below <see cref="VocabularySize"/>.</param>
    /// <returns>The number of bytes.</returns>
    public abstract int ByteCount(int token);

    /// <summary>What a checkpoint stores, so that <see cref="Parse"/> builds the same tokenizer again.</summary>
    /// <returns>One line of JSON.</returns>
    public abstract string Serialize();

    /// <summary>Builds a tokenizer from what <see cref="Serialize"/> wrote.</summary>
    /// <param name="text">The JSON out of a checkpoint.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelGenException">The text does not describe a tokenizer.</exception>
    public static Tokenizer Parse(string text) => TokenizerFormat.Parse(text);
}

/// <summary>Decodes one stream of tokens, piece by piece.</summary>
public abstract class TokenDecoder
{
    /// <summary>Takes the next token.</summary>
    /// <param name="token">An id of the tokenizer's vocabulary.</param>
    /// <returns>The text that is now complete; empty while a character still lacks tokens.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public abstract string Append(int token);

    /// <summary>Ends the stream.</summary>
    /// <returns>U+FFFD if the stream broke off inside a character, otherwise nothing.</returns>
    public abstract string Flush();
}
