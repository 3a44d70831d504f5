using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Benchmarks.Tokenization;

/// <summary>Training a tokenizer of byte pairs.</summary>
internal sealed class TrainBpe : Benchmark
{
    private const int Vocabulary = 8192;

    public override string Name => "train-bpe";

    public override string Sentence =>
        $"training a byte-pair tokenizer of {Vocabulary} tokens on four megabytes of .NET's documentation on all processors, against the "
        + "same on one (only counting the words is shared out); both must find the same merges, and the ratio is that of the times.";

    public override Comparison Run()
    {
        var text = DocumentationText.Read();
        var corpus = TextCorpus.FromText(text);
        if (Train(Environment.ProcessorCount).Serialize() != Train(1).Serialize())
        {
            throw new ModelGenException("The two sides do not find the same merges.");
        }

        return DocumentationText.AsRates(
            Comparison.Time(() => Train(Environment.ProcessorCount), () => Train(1), warmUps: 1, pairs: 11),
            text
        );

        BpeTokenizer Train(int threads) => BpeTokenizer.Train(corpus, Vocabulary, [], progress: null, default, threads);
    }
}
