using System.Text.RegularExpressions;
using ModelGen.Data;
using ModelGen.Tokenization;
using Reference = Microsoft.ML.Tokenizers;

namespace ModelGen.Benchmarks.Tokenization;

/// <summary>Encoding with a tokenizer of byte pairs.</summary>
internal sealed class EncodeBpe : Benchmark
{
    private const int Vocabulary = 8192;

    public override string Name => "encode-bpe";

    public override string Sentence =>
        "encoding four megabytes of .NET's documentation on one thread with a byte-pair tokenizer that was trained on it, against "
        + "EncodeToIds of Microsoft.ML.Tokenizers with the same vocabulary, merges and pattern; both must give the same ids, and the ratio "
        + "is that of the times.";

    public override Comparison Run()
    {
        var text = DocumentationText.Read();
        var ours = BpeTokenizer.Train(TextCorpus.FromText(text), Vocabulary);
        var baseline = Microsoft(ours);
        if (!baseline.EncodeToIds(text).SequenceEqual(ours.Encode(text)))
        {
            throw new ModelGenException("The two sides do not give the same ids.");
        }

        return DocumentationText.AsRates(
            Comparison.Time(() => ours.Encode(text), () => baseline.EncodeToIds(text), warmUps: 2, pairs: 11),
            text
        );
    }

    private static Reference.BpeTokenizer Microsoft(BpeTokenizer ours)
    {
        var texts = ours.Model.Tokens.Select(static bytes => ByteLevelAlphabet.Write(bytes)).ToArray();
        return Reference.BpeTokenizer.Create(
            new Reference.BpeOptions(texts.Select(static (text, id) => KeyValuePair.Create(text, id)))
            {
                Merges = ours.Model.Merges!.Select(merge => $"{texts[merge.Left]} {texts[merge.Right]}"),
                ByteLevel = true,
                PreTokenizer = new Reference.RegexPreTokenizer(new Regex(BpeTokenizer.Gpt2Pattern, RegexOptions.Compiled), null),
            }
        );
    }
}
