using ModelGen.Benchmarks.Training;
using ModelGen.Sampling;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>Writing with a small GPT, against a cache that grows by concatenation.</summary>
internal sealed class DecodeGptCat : Benchmark
{
    private const int Count = CharGpt.Context - 1;
    private const int Layers = 4;

    public override string Name => "decode-gpt-cat";

    public override string Sentence =>
        "time per token, the likeliest each time, when the generated GPT fills its context, against the loop that one writes by hand in "
        + "TorchSharp with keys and values that grow by concatenation.";

    public override Comparison Run()
    {
        using var models = new GptPair();
        using var caching = new CachingGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, Layers);
        Weights.Copy(models.Model, caching);
        caching.eval();
        using var decoder = new SequenceDecoder(models.Model);
        DecodeGpt.Same(DecodeGpt.Write(decoder), WriteByHand(caching));
        return Comparison.Time(() => DecodeGpt.Write(decoder), () => WriteByHand(caching), warmUps: 5, pairs: 25).Per(Count);
    }

    private static long[] WriteByHand(CachingGpt model)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var cache = new (Tensor Key, Tensor Value)?[Layers];
        var token = tensor([10L]).unsqueeze(0);
        var tokens = new long[Count];
        for (var i = 0; i < Count; i++)
        {
            using var step = NewDisposeScope();
            token = model.call(token, i, cache)[.., -1, ..].argmax(-1, keepdim: true).MoveToOuterDisposeScope();
            foreach (var layer in cache)
            {
                layer!.Value.Key.MoveToOuterDisposeScope();
                layer.Value.Value.MoveToOuterDisposeScope();
            }

            tokens[i] = token.item<long>();
        }

        return tokens;
    }
}
