using System.Runtime.InteropServices;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>A part of a file of tokens, which is read for each batch.</summary>
/// <param name="file">The file, which stays the caller's.</param>
/// <param name="first">The position of the part's first token.</param>
/// <param name="length">The number of tokens.</param>
/// <param name="device">Where batches go, the CPU if null.</param>
internal sealed class MappedTokens(TokenFile file, long first, long length, Device? device) : TokenStore
{
    public override long Length => length;

    public override ScalarType ElementType => TypeOf(file.Width);

    public override Tensor Rows(long[] starts, long length)
    {
        var rows = empty([starts.Length, length], dtype: ScalarType.Int64);
        var target = MemoryMarshal.Cast<byte, long>(rows.bytes);
        for (var row = 0; row < starts.Length; row++)
        {
            file.Read(first + starts[row], target.Slice(row * (int)length, (int)length));
        }

        if (device is null || device.type == DeviceType.CPU)
        {
            return rows;
        }

        using (rows)
        {
            return rows.to(device);
        }
    }
}
