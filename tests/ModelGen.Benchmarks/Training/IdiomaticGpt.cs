using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline: the model of <c>CharGpt.model.yaml</c> as one writes it by hand in TorchSharp, after nanoGPT's <c>model.py</c>
/// (Karpathy 2022), with fused attention and without anything that would slow it down on purpose.
/// </summary>
internal sealed class IdiomaticGpt : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly ModuleList<IdiomaticBlock> _blocks;
    private readonly LayerNorm _norm;

    public IdiomaticGpt(
        int vocabulary,
        int context,
        int width,
        int heads,
        int layers,
        Func<int, int, nn.Module<Tensor, Tensor>>? linear = null
    )
        : base(nameof(IdiomaticGpt))
    {
        linear ??= static (from, to) => nn.Linear(from, to);
        _tokens = nn.Embedding(vocabulary, width);
        _positions = nn.Embedding(context, width);
        _blocks = nn.ModuleList(Enumerable.Range(0, layers).Select(_ => new IdiomaticBlock(width, heads, linear)).ToArray());
        _norm = nn.LayerNorm(width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        var positions = arange(tokens.size(1), dtype: ScalarType.Int64, device: tokens.device);
        var x = _tokens.call(tokens) + _positions.call(positions);
        foreach (var block in _blocks)
        {
            x = block.call(x);
        }

        return nn.functional.linear(_norm.call(x), _tokens.weight!);
    }
}

/// <summary>A transformer block of the baseline.</summary>
internal sealed class IdiomaticBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm _norm1;
    private readonly IdiomaticAttention _attention;
    private readonly LayerNorm _norm2;
    private readonly Sequential _mlp;

    public IdiomaticBlock(int width, int heads, Func<int, int, nn.Module<Tensor, Tensor>> linear)
        : base(nameof(IdiomaticBlock))
    {
        _norm1 = nn.LayerNorm(width);
        _attention = new IdiomaticAttention(width, heads, linear);
        _norm2 = nn.LayerNorm(width);
        _mlp = nn.Sequential(("c_fc", linear(width, 4 * width)), ("gelu", nn.GELU()), ("c_proj", linear(4 * width, width)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x + _attention.call(_norm1.call(x));
        return x + _mlp.call(_norm2.call(x));
    }
}

/// <summary>Causal self-attention of the baseline.</summary>
internal sealed class IdiomaticAttention : nn.Module<Tensor, Tensor>
{
    private readonly int _heads;
    private readonly nn.Module<Tensor, Tensor> _qkv;
    private readonly nn.Module<Tensor, Tensor> _projection;

    public IdiomaticAttention(int width, int heads, Func<int, int, nn.Module<Tensor, Tensor>> linear)
        : base(nameof(IdiomaticAttention))
    {
        _heads = heads;
        _qkv = linear(width, 3 * width);
        _projection = linear(width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (b, t, c) = (x.size(0), x.size(1), x.size(2));
        var qkv = _qkv.call(x).split(c, dim: 2);
        var q = qkv[0].view(b, t, _heads, c / _heads).transpose(1, 2);
        var k = qkv[1].view(b, t, _heads, c / _heads).transpose(1, 2);
        var v = qkv[2].view(b, t, _heads, c / _heads).transpose(1, 2);
        var y = nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true);
        return _projection.call(y.transpose(1, 2).contiguous().view(b, t, c));
    }
}
