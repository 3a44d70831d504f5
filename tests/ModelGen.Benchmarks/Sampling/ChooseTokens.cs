using ModelGen.Native;
using ModelGen.Sampling;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Sampling;

/// <summary>The choice of a token from scores, without the model.</summary>
internal sealed class ChooseTokens : Benchmark
{
    private const int Vocabulary = 50_257;
    private const double Temperature = 0.8;
    private const double TopP = 0.95;

    public override string Name => "sample-tokens";

    public override string Sentence =>
        $"one token drawn from {Vocabulary} scores with temperature and top-p by the sampler, against the sort, the sums and the draw that "
        + "one writes by hand in TorchSharp.";

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed(1).Dispose();

        // As peaked as those of a trained model: a few hundred tokens have 0.95 of the probability.
        using var scope = NewDisposeScope();
        var scores = randn(Vocabulary) * 2.5;
        var logits = scores.data<float>().ToArray();
        var sampler = new TokenSampler(new SamplingOptions { Temperature = Temperature, TopP = TopP }, seed: 1);
        return Comparison.Time(() => sampler.Next(logits), () => Draw(scores), warmUps: 10, pairs: 31, repetitions: 10);
    }

    private static long Draw(Tensor scores)
    {
        using var scope = NewDisposeScope();
        var (sorted, tokens) = nn.functional.softmax(scores / Temperature, dim: 0).sort(descending: true);
        var before = sorted.cumsum(0) - sorted;
        var place = multinomial(sorted.masked_fill(before >= TopP, 0), 1);
        return tokens[place].item<long>();
    }
}
