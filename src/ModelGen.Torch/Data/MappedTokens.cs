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
        // Copied as they are stored and widened by libtorch, where they are needed: other devices then receive fewer bytes.
        using var stored = empty([starts.Length, length], dtype: ElementType);
        var target = stored.bytes;
        var rowBytes = (int)length * file.Width;
        for (var row = 0; row < starts.Length; row++)
        {
            file.CopyTo(first + starts[row], target.Slice(row * rowBytes, rowBytes));
        }

        if (device is null || device.type == DeviceType.CPU)
        {
            return stored.to(ScalarType.Int64);
        }

        using var moved = stored.to(device);
        return moved.to(ScalarType.Int64);
    }
}
