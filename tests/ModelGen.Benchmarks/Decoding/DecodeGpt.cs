using ModelGen.Sampling;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>Writing with a small GPT, against the loop without a cache.</summary>
internal sealed class DecodeGpt : Benchmark
{
    // A whole context.
    private const int Count = CharGpt.Context - 1;

    public override string Name => "decode-gpt";

    public override string Sentence =>
        "time per token, the likeliest each time, when the generated GPT fills its context, against the loop that one writes by hand in "
        + "TorchSharp with the whole text at each token.";

    public override Comparison Run()
    {
        using var models = new GptPair();
        using var decoder = new SequenceDecoder(models.Model);
        Same(Write(decoder), WriteByHand(models));
        return Comparison.Time(() => Write(decoder), () => WriteByHand(models), warmUps: 5, pairs: 25).Per(Count);
    }

    /// <summary>The tokens after token 10.</summary>
    public static long[] Write(SequenceDecoder decoder)
    {
        var tokens = new long[Count];
        using var sequence = decoder.Start([10]);
        for (var i = 0; ; i++)
        {
            var token = Likeliest(sequence.Scores);
            tokens[i] = token;
            if (i + 1 == Count)
            {
                return tokens;
            }

            decoder.Append(sequence, token);
        }
    }

    /// <summary>Throws where two ways of computing the same tokens differ.</summary>
    public static void Same(long[] ours, long[] theirs)
    {
        if (!ours.SequenceEqual(theirs))
        {
            throw new ModelGenException("The two sides write different tokens, so that their times compare nothing.");
        }
    }

    /// <summary>The place of the highest score.</summary>
    public static int Likeliest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }

    private static long[] WriteByHand(GptPair models)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tokens = tensor([10L]).unsqueeze(0);
        for (var i = 0; i < Count; i++)
        {
            using var step = NewDisposeScope();
            var logits = models.ByHand.call(tokens)[.., -1, ..];
            tokens = cat([tokens, logits.argmax(-1, keepdim: true)], 1).MoveToOuterDisposeScope();
        }

        return [.. tokens.squeeze(0).data<long>().Skip(1)];
    }
}
