using ModelGen.Benchmarks.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>
/// The baseline: <see cref="IdiomaticGpt"/> with keys and values that are kept and grow by concatenation, as most ports to TorchSharp have
/// it.
/// </summary>
internal sealed class CachingGpt : nn.Module<Tensor, long, (Tensor Key, Tensor Value)?[], Tensor>
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly ModuleList<CachingBlock> _blocks;
    private readonly LayerNorm _norm;

    public CachingGpt(int vocabulary, int context, int width, int heads, int layers)
        : base(nameof(CachingGpt))
    {
        _tokens = nn.Embedding(vocabulary, width);
        _positions = nn.Embedding(context, width);
        _blocks = nn.ModuleList(Enumerable.Range(0, layers).Select(_ => new CachingBlock(width, heads)).ToArray());
        _norm = nn.LayerNorm(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens, long position, (Tensor Key, Tensor Value)?[] cache)
    {
        var positions = arange(position, position + tokens.size(1), dtype: ScalarType.Int64, device: tokens.device);
        var x = _tokens.call(tokens) + _positions.call(positions);
        for (var i = 0; i < _blocks.Count; i++)
        {
            (x, cache[i]) = _blocks[i].call(x, cache[i]);
        }

        return nn.functional.linear(_norm.call(x), _tokens.weight!);
    }
}

/// <summary>A transformer block of the baseline.</summary>
internal sealed class CachingBlock : nn.Module<Tensor, (Tensor Key, Tensor Value)?, (Tensor, (Tensor Key, Tensor Value)?)>
{
    private readonly LayerNorm _norm1;
    private readonly Linear _qkv;
    private readonly Linear _projection;
    private readonly LayerNorm _norm2;
    private readonly Sequential _mlp;
    private readonly int _heads;

    public CachingBlock(int width, int heads)
        : base(nameof(CachingBlock))
    {
        _heads = heads;
        _norm1 = nn.LayerNorm(width);
        _qkv = nn.Linear(width, 3 * width);
        _projection = nn.Linear(width, width);
        _norm2 = nn.LayerNorm(width);
        _mlp = nn.Sequential(("c_fc", nn.Linear(width, 4 * width)), ("gelu", nn.GELU()), ("c_proj", nn.Linear(4 * width, width)));
        RegisterComponents();
    }

    public override (Tensor, (Tensor Key, Tensor Value)?) forward(Tensor x, (Tensor Key, Tensor Value)? cache)
    {
        var (b, t, c) = (x.size(0), x.size(1), x.size(2));
        var qkv = _qkv.call(_norm1.call(x)).split(c, dim: 2);
        var q = qkv[0].view(b, t, _heads, c / _heads).transpose(1, 2);
        var k = qkv[1].view(b, t, _heads, c / _heads).transpose(1, 2);
        var v = qkv[2].view(b, t, _heads, c / _heads).transpose(1, 2);
        if (cache is { } before)
        {
            (k, v) = (cat([before.Key, k], 2), cat([before.Value, v], 2));
        }

        var y = nn.functional.scaled_dot_product_attention(q, k, v, is_casual: cache is null);
        x = x + _projection.call(y.transpose(1, 2).contiguous().view(b, t, c));
        return (x + _mlp.call(_norm2.call(x)), (k, v));
    }
}
