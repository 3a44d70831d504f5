using System.Buffers;
using System.Text;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>Turns text into token ids and back.</summary>
public abstract class Tokenizer
{
    /// <summary>The number of tokens; ids run from 0 to this number minus one.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The tokens that stand for no part of a text; none unless the tokenizer was given some.</summary>
    public virtual IReadOnlyList<SpecialToken> SpecialTokens => [];

    /// <summary>The ids of the tokens that stand for parts of texts.</summary>
    public virtual IReadOnlyList<int> TextTokens =>
        [.. Enumerable.Range(0, VocabularySize).Except(SpecialTokens.Select(static token => token.Id))];

    /// <summary>The id of a special token; null if there is none of that role.</summary>
    /// <param name="role">What the token is for.</param>
    /// <returns>Its id.</returns>
    public int? IdOf(SpecialTokenRole role) => SpecialTokens.FirstOrDefault(token => token.Role == role)?.Id;

    /// <summary>Encodes a text as token ids.</summary>
    /// <param name="text">Any well-formed text.</param>
    /// <returns>The ids, in the order of the text.</returns>
    /// <exception cref="ModelGenException">The text holds something that the tokenizer has no token for.</exception>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        var tokens = new ArrayBufferWriter<int>(Math.Max(1, text.Length));
        CreateEncoder().Append(text, tokens);
        return tokens.WrittenSpan.ToArray();
    }

    /// <summary>Encodes a text in which special tokens are written out, such as <c>"A &lt;mask&gt; day"</c>.</summary>
    /// <param name="text">Any well-formed text. Texts of others do not belong here: what they write would become special tokens too.</param>
    /// <returns>The ids, in the order of the text.</returns>
    /// <exception cref="ModelGenException">The text holds something that the tokenizer has no token for.</exception>
    public int[] EncodeWithSpecialTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        var position = 0;
        while (position < text.Length)
        {
            var (next, special) = (text.Length, default(SpecialToken));
            foreach (var token in SpecialTokens)
            {
                if (text.IndexOf(token.Text, position, next - position, StringComparison.Ordinal) is >= 0 and var found)
                {
                    (next, special) = (found, token);
                }
            }

            tokens.AddRange(Encode(text.AsSpan(position..next)));
            position = next;
            if (special is not null)
            {
                tokens.Add(special.Id);
                position += special.Text.Length;
            }
        }

        return [.. tokens];
    }

    /// <summary>Starts encoding a stream of text; it gives the same tokens as the whole text at once.</summary>
    /// <returns>A new encoder for this stream.</returns>
    public abstract TokenEncoder CreateEncoder();

    /// <summary>The number of tokens of a text, without encoding it.</summary>
    /// <param name="text">A text, all of whose characters the tokenizer knows.</param>
    /// <returns>The number of tokens.</returns>
    public abstract long CountTokens(TextCorpus text);

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

    /// <summary>The number of UTF-8 bytes that a token represents: none if it is a special token.</summary>
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

/// <summary>Encodes one stream of text, piece by piece.</summary>
public abstract class TokenEncoder
{
    /// <summary>Encodes the next piece.</summary>
    /// <param name="piece">The next characters; a surrogate pair is not split between pieces.</param>
    /// <param name="tokens">Receives the ids, in the order of the text.</param>
    /// <exception cref="ModelGenException">The text holds something that the tokenizer has no token for; the message names the place in
    /// the whole stream.</exception>
    public abstract void Append(ReadOnlySpan<char> piece, IBufferWriter<int> tokens);
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
