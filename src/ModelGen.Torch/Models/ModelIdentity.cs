using System.Security.Cryptography;
using System.Text;
using ModelGen.Layers;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Models;

/// <summary>Tells models apart that are used and not trained.</summary>
internal static class ModelIdentity
{
    /// <summary>The name of a model, and the SHA-256 of what it computes with.</summary>
    public static string Of<TModel>(TModel model)
        where TModel : nn.Module, IGeneratedModel
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(model.Fingerprint));
        foreach (var (name, tensor) in model.state_dict().OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(tensor.Sha256());
        }

        return $"{model.GetName()} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
