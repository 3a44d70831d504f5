using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Tests.Answers;
using ModelGen.Tokenization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

/// <summary>A test fixture: a network that judges the steps of <see cref="Sums"/>; it sees a token and the five before it.</summary>
internal sealed class StepJudge : Network
{
    private const int Window = 6;
    private const int Width = 8;

    private readonly long[] _output;
    private readonly Embedding _tokens;
    private readonly Linear _hidden;
    private readonly Linear _score;

    public StepJudge(long seed = 4, bool isPooled = false, string padding = "_")
        : base(nameof(StepJudge))
    {
        manual_seed(seed).Dispose();
        _output = isPooled ? [1] : [-Sums.Context, 1];
        PaddingId = Sums.Tokenizer.Encode(padding)[0];
        _tokens = nn.Embedding(Sums.Tokenizer.VocabularySize, Width);
        _hidden = nn.Linear(Window * Width, 48);
        _score = nn.Linear(48, 1);
        RegisterComponents();
    }

    public override ReadOnlySpan<long> InputShape => new long[] { -Sums.Context };

    public override ReadOnlySpan<long> OutputShape => _output;

    public override int VocabularySize => Sums.Tokenizer.VocabularySize;

    public override int PaddingId { get; }

    public override string Fingerprint => "judge";

    public override ScalarType InputType => ScalarType.Int64;

    public override BatchSplit BatchSplit => BatchSplit.Sequential;

    /// <summary>The score at the last token of a text that is read by itself.</summary>
    public double ScoreOf(string text)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        long[] ids = [.. Sums.Tokenizer.Encode(text).Select(static token => (long)token)];
        return call(tensor(ids, [1, ids.Length]))[0, -1, 0].to(ScalarType.Float64).item<double>();
    }

    /// <summary>How probably the last step of a text is right that is read by itself.</summary>
    public double ProbabilityOf(string text) => 1 / (1 + Math.Exp(-ScoreOf(text)));

    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var seen = nn.functional.pad(_tokens.call(tokens), [0, 0, Window - 1, 0]).unfold(1, Window, 1); // [batch, T, Width, Window]
        return _score.call(_hidden.call(seen.flatten(2)).tanh()).MoveToOuterDisposeScope();
    }
}
