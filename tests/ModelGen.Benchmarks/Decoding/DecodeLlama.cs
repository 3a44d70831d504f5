using LLama;
using LLama.Common;
using LLama.Native;
using ModelGen.Benchmarks.Training;
using ModelGen.Decoding;
using ModelGen.Native;
using ModelGen.Sampling;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>Writing with a Llama of 15 million weights, against llama.cpp.</summary>
/// <param name="name">What to ask for.</param>
/// <param name="weights">How our weights are kept.</param>
/// <param name="threads">How many threads both sides have.</param>
internal sealed class DecodeLlama(string name, WeightFormat weights, int threads) : Benchmark
{
    private const int Count = SmallLlama.Context - 1;
    private const int First = 10;

    public override string Name => name;

    public override string Sentence =>
        $"tokens per second (more is better), the likeliest each time, when the generated Llama with {weights} weights fills its context, "
        + $"against llama.cpp with {(IsNarrow ? "Q8_0" : "F32")}; {threads} thread(s) each.";

    private bool IsNarrow => weights == WeightFormat.Int8;

    public override Comparison Run()
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed).Dispose();
        using var model = new SmallLlama();
        using var folder = new TemporaryFile("small-llama.gguf");
        LlamaFile.Write(model, folder.Path, IsNarrow);
        NativeLogConfig.llama_log_set(static (_, _) => { });
        var parameters = new ModelParams(folder.Path)
        {
            ContextSize = SmallLlama.Context,
            Threads = threads,
            BatchThreads = threads,
            GpuLayerCount = 0,
            TypeK = GGMLType.GGML_TYPE_F32,
            TypeV = GGMLType.GGML_TYPE_F32,
        };
        using var theirs = LLamaWeights.LoadFromFile(parameters);
        using var context = theirs.CreateContext(parameters);
        using var decoder = new SequenceDecoder(model, weights: weights);
        var before = get_num_threads();
        set_num_threads(threads);
        try
        {
            var (ours, baseline) = (Write(decoder), WriteByLlama(context));
            if (!IsNarrow)
            {
                DecodeGpt.Same(ours, baseline);
            }

            var times = Comparison.Time(() => Write(decoder), () => WriteByLlama(context), warmUps: 3, pairs: 15);
            var rates = times.Pairs.Select(static pair => (Count / pair.Ours, Count / pair.Baseline)).ToList();
            return new Comparison(rates, static rate => Comparison.Number(rate, "tokens/s"));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private static long[] Write(SequenceDecoder decoder)
    {
        var tokens = new long[Count];
        using var sequence = decoder.Start([First]);
        for (var i = 0; ; i++)
        {
            var token = DecodeGpt.Likeliest(sequence.Scores);
            tokens[i] = token;
            if (i + 1 == Count)
            {
                return tokens;
            }

            decoder.Append(sequence, token);
        }
    }

    private static long[] WriteByLlama(LLamaContext context)
    {
        context.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        var (tokens, token) = (new long[Count], First);
        for (var i = 0; i < Count; i++)
        {
            batch.Clear();
            batch.Add(token, i, LLamaSeqId.Zero, logits: true);
            if (context.Decode(batch) != DecodeResult.Ok)
            {
                throw new ModelGenException("llama.cpp cannot decode.");
            }

            token = DecodeGpt.Likeliest(context.NativeHandle.GetLogitsIth(0));
            tokens[i] = token;
        }

        return tokens;
    }
}
