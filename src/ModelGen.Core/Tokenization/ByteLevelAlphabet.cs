using System.Diagnostics.CodeAnalysis;

namespace ModelGen.Tokenization;

/// <summary>
/// The characters by which the files of byte-level tokenizers stand for bytes (Radford et al. 2019): printable bytes of Latin-1 stand for
/// themselves, the other 68 are U+0100 and the following, in ascending order.
/// </summary>
internal static class ByteLevelAlphabet
{
    private const int None = -1;

    private static readonly char[] Characters = CreateCharacters();
    private static readonly int[] Bytes = CreateBytes();

    /// <summary>Bytes as characters.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var index = 0; index < bytes.Length; index++)
        {
            text[index] = Characters[bytes[index]];
        }

        return new string(text);
    }

    /// <summary>Characters as bytes.</summary>
    /// <param name="text">The characters.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Whether all characters stand for bytes.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[text.Length];
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] >= Bytes.Length || Bytes[text[index]] == None)
            {
                bytes = null;
                return false;
            }

            bytes[index] = (byte)Bytes[text[index]];
        }

        return true;
    }

    private static char[] CreateCharacters()
    {
        var characters = new char[256];
        var others = 256;
        for (var value = 0; value < characters.Length; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xFF and not 0xAD);
            characters[value] = (char)(isPrintable ? value : others++);
        }

        return characters;
    }

    private static int[] CreateBytes()
    {
        var bytes = new int[Characters.Max() + 1];
        Array.Fill(bytes, None);
        for (var value = 0; value < Characters.Length; value++)
        {
            bytes[Characters[value]] = value;
        }

        return bytes;
    }
}
