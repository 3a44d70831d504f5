using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

/// <summary>A test fixture: nanoGPT's model as one writes it by hand in TorchSharp, small enough for tests.</summary>
internal sealed class CharacterGpt : LanguageModel
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly Dropout _dropout;
    private readonly ModuleList<Block> _blocks;
    private readonly LayerNorm _norm;

    public CharacterGpt(
        int vocabulary = 256,
        int context = 16,
        int width = 16,
        int heads = 2,
        int layers = 4,
        double dropout = 0,
        string name = nameof(CharacterGpt)
    )
        : base(name)
    {
        VocabularySize = vocabulary;
        ContextLength = context;
        Fingerprint = $"{vocabulary}-{context}-{width}-{heads}-{layers}-{dropout}";
        _tokens = nn.Embedding(vocabulary, width);
        _positions = nn.Embedding(context, width);
        nn.init.normal_(_tokens.weight!, 0, 0.02);
        nn.init.normal_(_positions.weight!, 0, 0.02);
        _dropout = nn.Dropout(dropout);
        _blocks = nn.ModuleList([.. Enumerable.Range(0, layers).Select(_ => new Block(width, heads, dropout))]);
        _norm = nn.LayerNorm(width);
        RegisterComponents();
    }

    /// <summary>Whether backward computes what is inside of blocks again.</summary>
    public bool Recomputes { get; init; }

    /// <summary>In what parts a batch may be computed.</summary>
    public BatchSplit Split { get; init; }

    public override BatchSplit BatchSplit => Split;

    /// <summary>As many as make a batch of a few samples worth threads.</summary>
    public override long MultiplyAdds => 1 << 30;

    public override int VocabularySize { get; }

    public override int ContextLength { get; }

    public override string Fingerprint { get; }

    public override Tokenizer CreateTokenizer(TextCorpus trainingText) => new ByteTokenizer();

    public override Objective CreateObjective(TokenDataset data) => new NextTokenObjective(this, data);

    public override Tensor forward(Tensor tokens)
    {
        CheckTokens(tokens);
        using var scope = NewDisposeScope();
        var positions = arange(tokens.size(1), device: tokens.device);
        var x = _dropout.call(_tokens.call(tokens) + _positions.call(positions));
        foreach (var block in _blocks)
        {
            x = Recomputes ? Recompute.Call(block, x) : block.call(x);
        }

        return nn.functional.linear(_norm.call(x), _tokens.weight!).MoveToOuterDisposeScope();
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly LayerNorm _norm1;
        private readonly Linear _qkv;
        private readonly Linear _projection;
        private readonly LayerNorm _norm2;
        private readonly Linear _up;
        private readonly Linear _down;
        private readonly Dropout _dropout;

        public Block(int width, int heads, double dropout)
            : base(nameof(Block))
        {
            _heads = heads;
            _norm1 = nn.LayerNorm(width);
            _qkv = nn.Linear(width, 3 * width);
            _projection = nn.Linear(width, width);
            _norm2 = nn.LayerNorm(width);
            _up = nn.Linear(width, 4 * width);
            _down = nn.Linear(4 * width, width);
            _dropout = nn.Dropout(dropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var (batch, time, width) = (x.size(0), x.size(1), x.size(2));
            var heads = _qkv.call(_norm1.call(x)).view(batch, time, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4).unbind(0);
            var attended = nn.functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], is_casual: true);
            x = x + _dropout.call(_projection.call(attended.transpose(1, 2).reshape(batch, time, width)));
            x = x + _dropout.call(_down.call(nn.functional.gelu(_up.call(_norm2.call(x)))));
            return x.MoveToOuterDisposeScope();
        }
    }
}
