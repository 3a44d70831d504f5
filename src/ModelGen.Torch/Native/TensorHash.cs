using System.Security.Cryptography;
using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>Hashes of tensors.</summary>
internal static class TensorHash
{
    // A tensor may be larger than a span can be.
    private const long ChunkElements = 1 << 22;

    /// <summary>SHA-256 of a tensor's numbers in their order, on any device.</summary>
    public static byte[] Sha256(this Tensor x)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var scope = NewDisposeScope();
        var numbers = x.detach().cpu().contiguous().view(-1);
        for (long start = 0; start < numbers.numel(); start += ChunkElements)
        {
            using var chunk = numbers.narrow(0, start, Math.Min(ChunkElements, numbers.numel() - start));
            hash.AppendData(chunk.bytes);
        }

        return hash.GetHashAndReset();
    }
}
