using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Tokens in one tensor on a device.</summary>
internal sealed class ResidentTokens : TokenStore
{
    private readonly Tensor _tokens;
    private readonly long _usualLength;
    private readonly Tensor _windows;

    /// <param name="tokens">The tokens, which are disposed with this.</param>
    /// <param name="context">Tokens per sample; sequences usually have one more.</param>
    public ResidentTokens(Tensor tokens, int context)
    {
        (_tokens, _usualLength) = (tokens, context + 1);
        _windows = tokens.unfold(0, _usualLength, 1);
    }

    public override long Length => _tokens.size(0);

    public override ScalarType ElementType => _tokens.dtype;

    public override Tensor Rows(long[] starts, long length)
    {
        using var windows = length == _usualLength ? _windows.alias() : _tokens.unfold(0, length, 1);
        using var indices = tensor(starts, device: _tokens.device);
        using var rows = windows.index_select(0, indices);
        return rows.to(ScalarType.Int64);
    }

    public override void Dispose()
    {
        _windows.Dispose();
        _tokens.Dispose();
    }
}
