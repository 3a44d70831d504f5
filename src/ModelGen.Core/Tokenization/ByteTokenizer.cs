using System.Buffers;
using System.Text;
using ModelGen.Data;

namespace ModelGen.Tokenization;

/// <summary>One token per byte of UTF-8 text: 256 tokens, nothing to learn, and any text can be encoded.</summary>
/// <param name="specials">Special tokens; they get the ids from 256 on.</param>
public sealed class ByteTokenizer(params IReadOnlyList<(SpecialTokenRole Role, string Text)> specials) : Tokenizer
{
    internal const string Kind = "bytes";

    private const int Bytes = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>256, and the number of special tokens.</summary>
    public override int VocabularySize => Bytes + SpecialTokens.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<SpecialToken> SpecialTokens { get; } = SpecialTokenList.From(Bytes, specials);

    /// <inheritdoc/>
    public override TokenEncoder CreateEncoder() => SpecialTokenEncoder.Around(new Utf8TokenEncoder(), SpecialTokens);

    /// <inheritdoc/>
    public override long CountTokens(TextCorpus text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SpecialTokens.Count == 0 ? text.ByteCount : base.CountTokens(text, cancellation);
    }

    /// <inheritdoc/>
    public override TokenDecoder CreateDecoder() => new Utf8TokenDecoder(SpecialTokens);

    /// <summary>1, or 0 for a special token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The number of bytes.</returns>
    public override int ByteCount(int token) => token < Bytes ? 1 : 0;

    /// <inheritdoc/>
    public override byte[] BytesOf(int token, bool isFirst) => token < Bytes ? [(byte)token] : [];

    internal override WordLinks LinksOf(int token) => token < Bytes ? WordTable.LinksOf([(byte)token]) : WordLinks.None;

    /// <inheritdoc/>
    public override string Serialize() => $$"""{"kind":"{{Kind}}"{{SpecialTokenList.Serialize(SpecialTokens)}}}""";

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

        internal override void Skip(int length) => _position += length;

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

    private sealed class Utf8TokenDecoder(IReadOnlyList<SpecialToken> specials) : TokenDecoder
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override string Append(int token)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Bytes + specials.Count);
            return token < Bytes ? Decode([(byte)token], flush: false) : Decode([], flush: true) + specials[token - Bytes].Text;
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
