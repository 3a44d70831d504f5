using System.Diagnostics;
using System.Globalization;
using ModelGen.Benchmarks.Tokenization;
using ModelGen.Constraints;
using ModelGen.Data;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Benchmarks.Sampling;

/// <summary>The choice of tokens under a constraint, without the model.</summary>
internal sealed class ChooseConstrainedTokens : Benchmark
{
    private const int Vocabulary = 50_257;
    private const int Count = 60;
    private const string Schema = """
        {
          "type": "object",
          "properties": {
            "title": { "type": "string", "maxLength": 60 },
            "year": { "type": "integer", "minimum": 1900, "maximum": 2099 },
            "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 5 },
            "rating": { "type": "number", "minimum": 0, "maximum": 10 }
          },
          "required": ["title", "year", "tags", "rating"]
        }
        """;

    public override string Name => "sample-constrained";

    public override string Sentence =>
        $"a token drawn from {Vocabulary} scores with temperature and top-p under a JSON schema by the sampler, against the same without a "
        + "constraint; the first line says what the constraint takes once.";

    public override Comparison Run()
    {
        var tokenizer = BpeTokenizer.FromText(TextCorpus.FromText(DocumentationText.Read()), Vocabulary, [(SpecialTokenRole.End, "<end>")]);
        var clock = Stopwatch.StartNew();
        var constraint = TextConstraint.JsonSchema(Schema);
        var compiled = clock.Elapsed;
        _ = constraint.For(tokenizer);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"# schema to automaton {compiled.TotalMilliseconds:F0} ms, with {tokenizer.VocabularySize} tokens "
                    + $"{(clock.Elapsed - compiled).TotalMilliseconds:F0} ms"
            )
        );
        var random = new Random(1);
        float[] logits = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(_ => (float)(random.NextDouble() * 10))];
        var free = new SamplingOptions { Temperature = 0.8, TopP = 0.95 };
        var constrained = free with { Constraint = constraint };
        var count = Write(constrained, Count);
        return Comparison.Time(() => Write(constrained, count), () => Write(free, count), warmUps: 5, pairs: 31).Per(count);

        int Write(SamplingOptions options, int most)
        {
            var sampler = new TokenSampler(options, seed: 1, tokenizer, Count);
            var written = 0;
            while (written < most && !sampler.IsComplete)
            {
                sampler.Next(logits);
                written++;
            }

            return written;
        }
    }
}
