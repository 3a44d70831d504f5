using System.Buffers.Binary;
using System.Text;

namespace ModelGen.Tokenization;

/// <summary>
/// The replacements of characters in a file of SentencePiece ("precompiled_charsmap"): a double-array trie of UTF-8, as Darts-clone lays it
/// out, whose values are places in a list of texts that end with NUL.
/// </summary>
internal sealed class ReplacementRules
{
    private readonly uint[] _units;
    private readonly byte[] _texts;

    /// <param name="rules">The number of bytes of the trie as four bytes, the trie, and the texts; empty for no rules.</param>
    /// <param name="file">Where they come from.</param>
    public ReplacementRules(ReadOnlySpan<byte> rules, TokenizerFile file)
    {
        var length = rules.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(rules) : 0;
        if (!rules.IsEmpty && (length > rules.Length - 4 || length % 4 != 0 || length < 4))
        {
            throw file.Wrong(
                $"the trie of its normalization rules has {length} bytes by its own account, but {rules.Length} are there in all"
            );
        }

        _units = new uint[length / 4];
        for (var index = 0; index < _units.Length; index++)
        {
            _units[index] = BinaryPrimitives.ReadUInt32LittleEndian(rules[(4 + (4 * index))..]);
        }

        _texts = rules.IsEmpty ? [] : rules[(4 + (int)length)..].ToArray();
        if (_texts.Length > 0 && _texts[^1] != 0)
        {
            throw file.Wrong("the last text of its normalization rules has no end");
        }
    }

    /// <summary>Finds the longest beginning of a text that is replaced.</summary>
    /// <param name="text">The text, without halves of surrogate pairs.</param>
    /// <param name="replacement">What takes its place, in UTF-8.</param>
    /// <param name="touchesEnd">Whether a longer text could have a longer one.</param>
    /// <returns>Its length in UTF-16 code units; 0 if nothing is replaced.</returns>
    public int Match(ReadOnlySpan<char> text, out ReadOnlySpan<byte> replacement, out bool touchesEnd)
    {
        replacement = [];
        touchesEnd = false;
        if (_units.Length == 0)
        {
            return 0;
        }

        var (position, longest) = (0, 0);
        var node = Offset(_units[0]);
        Span<byte> bytes = stackalloc byte[4];
        while (position < text.Length)
        {
            var isPair = char.IsHighSurrogate(text[position]);
            var rune = isPair ? new Rune(text[position], text[position + 1]) : new Rune(text[position]);
            var hasLeaf = false;
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                node ^= value;
                if (node >= _units.Length || (_units[node] & 0x8000_00FF) != value)
                {
                    return longest;
                }

                hasLeaf = (_units[node] >> 8 & 1) != 0;
                node ^= Offset(_units[node]);
            }

            position += isPair ? 2 : 1;
            if (hasLeaf && node < _units.Length && (_units[node] & int.MaxValue) is var place && place < _texts.Length)
            {
                replacement = _texts.AsSpan((int)place);
                replacement = replacement[..replacement.IndexOf((byte)0)];
                longest = position;
            }
        }

        touchesEnd = true;
        return longest;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
