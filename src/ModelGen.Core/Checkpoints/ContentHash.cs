using System.Security.Cryptography;

namespace ModelGen.Checkpoints;

/// <summary>
/// The SHA-256 of a safetensors file, stored in the file itself as the metadata <c>sha256</c>. It covers every byte, header and tensors,
/// with zeros in place of its own digits: no bit of the file can change unnoticed, and any reader of the format can still read it.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    /// <summary>The metadata key.</summary>
    public const string Key = "sha256";

    /// <summary>The number of hexadecimal digits.</summary>
    public const int Digits = 64;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The placeholder for the digits while the hash is computed.</summary>
    public static string Blank { get; } = new('0', Digits);

    // Quotes inside JSON strings are escaped, so these bytes occur only right before the digits.
    private static ReadOnlySpan<byte> Before => "\"sha256\":\""u8;

    /// <summary>The index of the first digit in a header; -1 if there is none.</summary>
    public static int Find(ReadOnlySpan<byte> header)
    {
        var found = header.IndexOf(Before);
        return found >= 0 && found + Before.Length + Digits <= header.Length ? found + Before.Length : -1;
    }

    /// <summary>Replaces the digits with zeros.</summary>
    public static void Clear(Span<byte> header) => header.Slice(Find(header), Digits).Fill((byte)'0');

    /// <summary>Hashes the next bytes of the file.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digits, in lower case.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
