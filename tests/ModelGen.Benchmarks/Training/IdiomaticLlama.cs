using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline: the model of <c>SmallLlama.model.yaml</c> as one writes it by hand in TorchSharp, after llama2.c's <c>model.py</c>
/// (Karpathy 2023) with the rotation of halves that transformers has, with fused attention, the table of angles made once, and without
/// anything that would slow it down on purpose.
/// </summary>
internal sealed class IdiomaticLlama : nn.Module<Tensor, Tensor>
{
    private const double RotaryBase = 10000;

    private readonly Embedding _tokens;
    private readonly ModuleList<IdiomaticLlamaBlock> _blocks;
    private readonly IdiomaticRmsNorm _norm;
    private readonly Tensor _cosines;
    private readonly Tensor _sines;

    public IdiomaticLlama(int vocabulary, int context, int width, int heads, int hidden, int layers)
        : base(nameof(IdiomaticLlama))
    {
        _tokens = nn.Embedding(vocabulary, width);
        _blocks = nn.ModuleList(Enumerable.Range(0, layers).Select(_ => new IdiomaticLlamaBlock(width, heads, hidden)).ToArray());
        _norm = new IdiomaticRmsNorm(width);
        var each = width / heads;
        var rates = 1 / pow(RotaryBase, arange(0, each, 2).to(ScalarType.Float32) / each);
        var angles = outer(arange(context).to(ScalarType.Float32), rates);
        var both = cat([angles, angles], -1);
        (_cosines, _sines) = (both.cos(), both.sin());
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        var length = tokens.size(1);
        var (cosines, sines) = (_cosines.narrow(0, 0, length), _sines.narrow(0, 0, length));
        var x = _tokens.call(tokens);
        foreach (var block in _blocks)
        {
            x = block.call(x, cosines, sines);
        }

        return nn.functional.linear(_norm.call(x), _tokens.weight!);
    }
}

/// <summary>A transformer block of the baseline.</summary>
internal sealed class IdiomaticLlamaBlock : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly IdiomaticRmsNorm _norm1;
    private readonly IdiomaticLlamaAttention _attention;
    private readonly IdiomaticRmsNorm _norm2;
    private readonly IdiomaticSwiGlu _mlp;

    public IdiomaticLlamaBlock(int width, int heads, int hidden)
        : base(nameof(IdiomaticLlamaBlock))
    {
        _norm1 = new IdiomaticRmsNorm(width);
        _attention = new IdiomaticLlamaAttention(width, heads);
        _norm2 = new IdiomaticRmsNorm(width);
        _mlp = new IdiomaticSwiGlu(width, hidden);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor cosines, Tensor sines)
    {
        x = x + _attention.call(_norm1.call(x), cosines, sines);
        return x + _mlp.call(_norm2.call(x));
    }
}

/// <summary>Root mean square normalisation of the baseline; TorchSharp has none of its own.</summary>
internal sealed class IdiomaticRmsNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    private readonly Parameter _weight;

    public IdiomaticRmsNorm(int width)
        : base(nameof(IdiomaticRmsNorm))
    {
        _weight = nn.Parameter(ones(width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x * rsqrt(x.pow(2).mean([-1], keepdim: true) + Epsilon) * _weight;
}

/// <summary>Causal self-attention of the baseline.</summary>
internal sealed class IdiomaticLlamaAttention : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly int _heads;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _projection;

    public IdiomaticLlamaAttention(int width, int heads)
        : base(nameof(IdiomaticLlamaAttention))
    {
        _heads = heads;
        _query = nn.Linear(width, width, hasBias: false);
        _key = nn.Linear(width, width, hasBias: false);
        _value = nn.Linear(width, width, hasBias: false);
        _projection = nn.Linear(width, width, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor cosines, Tensor sines)
    {
        var (b, t, c) = (x.size(0), x.size(1), x.size(2));
        var q = _query.call(x).view(b, t, _heads, c / _heads).transpose(1, 2);
        var k = _key.call(x).view(b, t, _heads, c / _heads).transpose(1, 2);
        var v = _value.call(x).view(b, t, _heads, c / _heads).transpose(1, 2);
        var y = nn.functional.scaled_dot_product_attention(Rotate(q, cosines, sines), Rotate(k, cosines, sines), v, is_casual: true);
        return _projection.call(y.transpose(1, 2).contiguous().view(b, t, c));
    }

    private static Tensor Rotate(Tensor x, Tensor cosines, Tensor sines)
    {
        var halves = x.chunk(2, -1);
        return (x * cosines) + (cat([-halves[1], halves[0]], -1) * sines);
    }
}

/// <summary>The gated feed-forward network of the baseline (Shazeer 2020, "GLU variants improve transformer").</summary>
internal sealed class IdiomaticSwiGlu : nn.Module<Tensor, Tensor>
{
    private readonly Linear _gate;
    private readonly Linear _up;
    private readonly Linear _down;

    public IdiomaticSwiGlu(int width, int hidden)
        : base(nameof(IdiomaticSwiGlu))
    {
        _gate = nn.Linear(width, hidden, hasBias: false);
        _up = nn.Linear(width, hidden, hasBias: false);
        _down = nn.Linear(hidden, width, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => _down.call(nn.functional.silu(_gate.call(x)) * _up.call(x));
}
