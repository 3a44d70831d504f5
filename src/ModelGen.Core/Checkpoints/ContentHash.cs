using System.Security.Cryptography;

namespace ModelGen.Checkpoints;

/// <summary>
/// The SHA-256 of a safetensors file in the file itself, as the metadata <c>sha256</c>: of every byte of it, header and tensors, with zeros
/// where the digits of the hash stand. So no bit of the file can change unnoticed, and any reader of the format still reads it.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    /// <summary>The name of the metadata.</summary>
    public const string Key = "sha256";

    /// <summary>How many digits it has.</summary>
    public const int Digits = 64;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>What stands in the place of the digits while the hash is taken.</summary>
    public static string Blank { get; } = new('0', Digits);

    // A quote inside a text of JSON is escaped, so these bytes are nowhere but before the digits.
    private static ReadOnlySpan<byte> Before => "\"sha256\":\""u8;

    /// <summary>Where the digits begin in a header; -1 where it has none.</summary>
    public static int Find(ReadOnlySpan<byte> header)
    {
        var found = header.IndexOf(Before);
        return found >= 0 && found + Before.Length + Digits <= header.Length ? found + Before.Length : -1;
    }

    /// <summary>Puts zeros in the place of the digits.</summary>
    public static void Clear(Span<byte> header) => header.Slice(Find(header), Digits).Fill((byte)'0');

    /// <summary>Takes the next bytes of the file.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digits, lower case.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
