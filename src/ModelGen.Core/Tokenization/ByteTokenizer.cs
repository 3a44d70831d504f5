using System.Buffers;
using System.Text;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>One token per byte of UTF-8 text: 256 tokens, nothing to learn, and any text can be encoded.</summary>
public sealed class ByteTokenizer : Tokenizer
{
    internal const string Kind = "bytes";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Always 256.</summary>
    public override int VocabularySize => 256;

    /// <inheritdoc/>
    public override TokenEncoder CreateEncoder() => new Utf8TokenEncoder();

    /// <inheritdoc/>
    public override long CountTokens(TextCorpus text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ByteCount;
    }

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new Utf8TokenDecoder();

    /// <summary>Always 1.</summary>
    /// <param name="token">The token.</param>
    /// <returns>1.</returns>
    public override int ByteCount(int token) => 1;

    /// <inheritdoc/>
    public override string Serialize() => $$"""{"kind":"{{Kind}}"}""";

    private sealed class Utf8TokenEncoder : TokenEncoder
    {
        private byte[] _bytes = [];
        private long _position;

        public override void Append(ReadOnlySpan<char> piece, IBufferWriter<int> tokens)
        {
            ArgumentNullException.ThrowIfNull(tokens);
            var count = GetBytes(piece);
            var target = tokens.GetSpan(Math.Max(1, count));
            for (var index = 0; index < count; index++)
            {
                target[index] = _bytes[index];
            }

            tokens.Advance(count);
            _position += piece.Length;
        }

        public override void Flush(IBufferWriter<int> tokens) => _position = 0;

        private int GetBytes(ReadOnlySpan<char> piece)
        {
            try
            {
                var count = StrictUtf8.GetByteCount(piece);
                if (_bytes.Length < count)
                {
                    _bytes = new byte[count];
                }

                return StrictUtf8.GetBytes(piece, _bytes);
            }
            catch (EncoderFallbackException exception)
            {
                throw new ModelGenException(
                    $"The text has half of a surrogate pair at position {_position + exception.Index}, which UTF-8 cannot represent; "
                        + "remove it.",
                    exception
                );
            }
        }
    }

    private sealed class Utf8TokenDecoder : TokenDecoder
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override string Append(int token)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(token, 255);
            return Decode([(byte)token], flush: false);
        }

        public override string Flush() => Decode([], flush: true);

        private string Decode(ReadOnlySpan<byte> bytes, bool flush)
        {
            // A byte that cannot continue a pending sequence gives U+FFFD for that sequence and then its own character.
            Span<char> characters = stackalloc char[8];
            return new string(characters[.._decoder.GetChars(bytes, characters, flush)]);
        }
    }
}
