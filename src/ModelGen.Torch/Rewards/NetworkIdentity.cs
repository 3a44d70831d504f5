using System.Security.Cryptography;
using System.Text;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Rewards;

/// <summary>Tells networks apart that are used and not trained.</summary>
internal static class NetworkIdentity
{
    /// <summary>The name of a network, and the SHA-256 of what it computes with.</summary>
    public static string Of(Network network)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(network.Fingerprint));
        foreach (var (name, tensor) in network.state_dict().OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }

        return $"{network.GetName()} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
