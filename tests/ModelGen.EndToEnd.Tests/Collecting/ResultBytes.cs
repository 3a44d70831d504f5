using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>The bytes of what a piece of work gives.</summary>
internal sealed class ResultBytes
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Adds tensors, which stay the caller's.</summary>
    public void Add(params IEnumerable<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            using var detached = tensor.detach();
            using var plain = detached.contiguous();
            _bytes.Write(plain.bytes);
        }
    }

    /// <summary>Adds a tensor and disposes of it.</summary>
    public void Take(Tensor? tensor)
    {
        if (tensor is null)
        {
            return;
        }

        Add(tensor);
        tensor.Dispose();
    }

    /// <summary>Adds what is no tensor: a number, or a record of numbers, all digits of which its text has.</summary>
    public void AddValue(object value) => _bytes.Write(Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!));

    public byte[] ToArray() => _bytes.ToArray();
}
