using System.Globalization;
using System.Text;

namespace ModelGen.EndToEnd.Tests.Weights;

/// <summary>Tensors by name, as plain numbers, and a writer of safetensors files that shares nothing with the runtime's.</summary>
internal sealed class PlainWeights
{
    private readonly SortedDictionary<string, (int[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _tensors.Keys;

    public float[] this[string name] => _tensors[name].Values;

    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>Adds a tensor of random numbers around a mean.</summary>
    public void Draw(Random random, string name, double deviation, double mean, params int[] shape) =>
        Set(
            name,
            shape,
            [
                .. Enumerable
                    .Range(0, shape.Aggregate(1, static (product, size) => product * size))
                    .Select(_ => (float)(mean + (deviation * ((2 * random.NextDouble()) - 1)))),
            ]
        );

    public void Set(string name, int[] shape, float[] values) => _tensors[name] = (shape, values);

    public void Remove(string name) => _tensors.Remove(name);

    public int[] Shape(string name) => _tensors[name].Shape;

    /// <summary>The same tensors under other names.</summary>
    public PlainWeights Renamed(Func<string, string> rename)
    {
        var renamed = new PlainWeights();
        foreach (var (name, (shape, values)) in _tensors)
        {
            renamed.Set(rename(name), shape, values);
        }

        return renamed;
    }

    /// <summary>The tensors of some names.</summary>
    public PlainWeights Where(Func<string, bool> isWanted)
    {
        var some = new PlainWeights();
        foreach (var (name, (shape, values)) in _tensors.Where(tensor => isWanted(tensor.Key)))
        {
            some.Set(name, shape, values);
        }

        return some;
    }

    /// <summary>The same tensors with only as many bits as bfloat16 or float16 has.</summary>
    public PlainWeights Rounded(string type)
    {
        var rounded = new PlainWeights();
        foreach (var (name, (shape, values)) in _tensors)
        {
            rounded.Set(
                name,
                shape,
                [
                    .. values.Select(value =>
                        type == "BF16"
                            ? BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000)
                            : (float)(Half)value
                    ),
                ]
            );
        }

        return rounded;
    }

    /// <summary>The bytes of a file; <paramref name="type"/> is F32, F16 or BF16.</summary>
    public byte[] File(string type = "F32")
    {
        var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        using var data = new MemoryStream();
        foreach (var (name, (shape, values)) in _tensors)
        {
            var start = data.Length;
            foreach (var value in values)
            {
                data.Write(
                    type switch
                    {
                        "BF16" => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
                        "F16" => BitConverter.GetBytes((Half)value),
                        _ => BitConverter.GetBytes(value),
                    }
                );
            }

            header.Append(
                CultureInfo.InvariantCulture,
                $",\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{start},{data.Length}]}}"
            );
        }

        var text = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        return [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data.ToArray()];
    }
}
