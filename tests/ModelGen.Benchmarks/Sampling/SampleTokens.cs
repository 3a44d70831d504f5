using System.Diagnostics;
using ModelGen.Benchmarks.Training;
using ModelGen.Native;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Sampling;

/// <summary>Writing text with a small GPT.</summary>
internal sealed class SampleTokens : Benchmark
{
    private const int Count = 100;
    private const string Prompt = "\n";

    public override string Name => "sample-tokens-gpt";

    public override string Sentence =>
        $"tokens per second (more is better) when the generated GPT writes {Count} tokens with temperature and top-k, against the "
        + "loop that one writes by hand in TorchSharp with the whole context at each token.";

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed);
        using var data = BenchmarkText.Tokens(CharGpt.Context);
        using var model = new CharGpt();
        using var baseline = IdiomaticTextTraining.OfCharGpt(data);
        Weights.Copy(model, baseline.Model);
        model.eval();
        baseline.Model.eval();
        var tokenizer = new ByteTokenizer();
        var times = Comparison.Time(
            () => TextGenerator.Generate(model, tokenizer, Prompt, Count, CharGpt.Sampling, TrainStep.Seed),
            () => Write(baseline.Model, tokenizer),
            warmUps: 3,
            pairs: 15
        );
        var rates = times.Pairs.Select(static pair => (Count / pair.Ours, Count / pair.Baseline)).ToList();
        return new Comparison(rates, static rate => Comparison.Number(rate, "tokens/s"));
    }

    // After nanoGPT's generate().
    private static string Write(nn.Module<Tensor, Tensor> model, ByteTokenizer tokenizer)
    {
        var options = CharGpt.Sampling;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tokens = tensor(tokenizer.Encode(Prompt).Select(static token => (long)token).ToArray()).unsqueeze(0);
        for (var i = 0; i < Count; i++)
        {
            using var step = NewDisposeScope();
            var seen = tokens.size(1) <= CharGpt.Context ? tokens : tokens[.., ^CharGpt.Context..];
            var logits = model.call(seen)[.., -1, ..] / options.Temperature;
            var (values, _) = topk(logits, options.TopK!.Value);
            logits = logits.masked_fill(logits < values[.., -1].unsqueeze(-1), float.NegativeInfinity);
            var next = multinomial(nn.functional.softmax(logits, dim: -1), 1);
            tokens = cat([tokens, next], 1).MoveToOuterDisposeScope();
        }

        return tokenizer.Decode(tokens.squeeze(0).data<long>().Skip(1).Select(static token => (int)token).ToArray());
    }
}
