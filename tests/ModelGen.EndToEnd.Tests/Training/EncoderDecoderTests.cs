using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>An encoder-decoder from a spec learns to write what a text determines.</summary>
public sealed class EncoderDecoderTests
{
    private const string Spec = """
        model: Reverser
        family: encoder-decoder
        data: { tokens: { context: 9, tokenizer: characters, vocabulary: 12, padding-token: <pad>, end-token: <end> } }
        encoder:
          - embed: 48
          - residual: [layer-norm, self-attention: 4]
          - residual: [layer-norm, linear: 96, gelu, linear: 48]
          - layer-norm
        decoder:
          - embed: 48
          - residual: [layer-norm, { self-attention: { heads: 4, causal: true } }]
          - residual: [layer-norm, cross-attention: 4]
          - residual: [layer-norm, linear: 96, gelu, linear: 48]
          - layer-norm
          - unembed
        objective: sequence-to-sequence
        training: { optimizer: { adamw: 3e-3 }, schedule: { cosine: { warmup: 50 steps } }, clip-norm: 1, batch: 64, duration: 800 steps }
        """;

    private static readonly SamplingOptions Likeliest = new() { Temperature = 0 };

    [Fact]
    public void WordsAreReversed()
    {
        random.manual_seed(1);
        var compiled = SpecAssembly.Compile(Spec);
        using var model = compiled.Create<EncoderDecoder>(seed: 1);
        var pairs = Pairs(4000);
        var tokenizer = model.CreateTokenizer(pairs);
        using var data = PairDataset.Create(new PairCollection(pairs[..^100]), null, tokenizer, model.ContextLength);
        var objective = model.CreateObjective(data);
        Assert.IsType<SequenceToSequenceObjective>(objective);
        var before = objective.Validate(50);
        Assert.InRange(before[0].Value, Math.Log(12) - 0.5, Math.Log(12) + 0.5);
        using (var trainer = new Trainer(objective, compiled.Training!, seed: 1))
        {
            trainer.Run();
        }

        var after = objective.Validate(50);
        Assert.Equal(["loss", "accuracy", "exact"], after.Select(static metric => metric.Name));
        Assert.InRange(after[2].Value, 0.99, 1);

        // What is exact given the target so far is what is written.
        var held = pairs[^100..];
        var written = held.Count(pair => SequenceGenerator.Generate(model, tokenizer, pair.Source, Likeliest) == pair.Target);
        using var tested = PairDataset.Create(new PairCollection(pairs[..1]), new PairCollection(held), tokenizer, model.ContextLength);
        Assert.Equal(written / 100.0, model.CreateObjective(tested).Validate(7)[2].Value, 1e-9);
    }

    [Fact]
    public void ThePartsOfABatchAreTheBatchAndPaddingDoesNotCount()
    {
        var compiled = SpecAssembly.Compile(Spec);
        using var model = compiled.Create<EncoderDecoder>(seed: 2);
        model.eval();
        var pairs = Pairs(60);
        using var data = PairDataset.Create(pairs, model.CreateTokenizer(pairs), model.ContextLength);
        var objective = model.CreateObjective(data);
        var plan = objective.Plan(compiled.Training! with { BatchSize = 6 });
        var whole = Loss(0, 6);
        Assert.Equal(1, whole.Share);
        var parts = new[] { Loss(0, 1), Loss(1, 2), Loss(3, 3) };
        Assert.Equal(1, parts.Sum(static part => part.Share), 1e-9);
        Assert.Equal(whole.Value, parts.Sum(static part => part.Value * part.Share), 1e-5);

        // One pair after another, with no padding at all.
        var alone = Enumerable.Range(0, 6).Select(i => Loss(i, 1)).ToList();
        Assert.Equal(whole.Value, alone.Sum(static part => part.Value * part.Share), 1e-5);
        Assert.Equal(objective.Validate(6)[0].Value, objective.Validate(1)[0].Value, 1e-5);
        Assert.Equal(objective.Validate(6)[1].Value, objective.Validate(1)[1].Value, 1e-9);

        (double Value, double Share) Loss(int first, int count)
        {
            using var loss = objective.Loss(new TrainingStep(plan, 0, 0, Seed: 4, Step: 3) { First = first, Count = count });
            return (loss.Total.item<float>(), loss.Share ?? 1);
        }
    }

    [Fact]
    public void ItsMistakesAreTold()
    {
        using var model = SpecAssembly.Compile(Spec).Create<EncoderDecoder>(seed: 2);
        var pairs = Pairs(20);
        var tokenizer = model.CreateTokenizer(pairs);
        Tells("Pair 2 has an empty source; there is nothing to read.", [pairs[0], new("", "a")]);
        Tells("Pair 1 has a source of 10 tokens, and the context is 9; raise 'context' or leave the pair out.", [new("abcdefghab", "a")]);
        Tells(
            "Pair 1 has a target with its end of 10 tokens, and the context is 9; raise 'context' or leave the pair out.",
            [new("a", "abcdefgha")]
        );
        Tells(
            "1 pairs leave 1 for training and 0 for validation with a validation fraction of 0.1; use more pairs or a different fraction.",
            [pairs[0]]
        );
        Assert.StartsWith("Pair 1, target: The character 'x'", Message([new("a", "x")], tokenizer));
        Assert.Equal(
            "The tokenizer has no padding token, which fills short texts up; create it with one, or with the model's CreateTokenizer.",
            Message(pairs, CharacterTokenizer.FromText("abcdefgh"))
        );
        var other = new ByteTokenizer((SpecialTokenRole.Padding, "<pad>"), (SpecialTokenRole.End, "<end>"));
        Assert.Equal(
            "The data's tokenizer has 258 tokens, 256 for padding and 257 for the end; Reverser has 12, 10 and 11: use the model's own "
                + "tokenizer.",
            Assert.Throws<ModelGenException>(() => model.CreateObjective(PairDataset.Create(pairs, other, 9))).Message
        );
        Assert.Equal(
            "The source has 0 tokens, and Reverser reads 1 to 9 at once.",
            Assert.Throws<ModelGenException>(() => SequenceGenerator.Generate(model, tokenizer, "", Likeliest)).Message
        );
        using var wrong = zeros(1, 3);
        using var right = zeros(1, 3, int64);
        Assert.Contains(
            "int64 [batch, length]; these are Float32 [1, 3]",
            Assert.Throws<ArgumentException>(() => model.call(wrong, right)).Message
        );

        void Tells(string message, IReadOnlyList<TextPair> texts) => Assert.Equal(message, Message(texts, tokenizer));

        string Message(IReadOnlyList<TextPair> texts, Tokenizer with) =>
            Assert.Throws<ModelGenException>(() => PairDataset.Create(texts, with, model.ContextLength)).Message;
    }

    // Words of up to eight letters and their reversal.
    private static TextPair[] Pairs(int count)
    {
        var letters = new Random(3);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => string.Concat(Enumerable.Range(0, 1 + letters.Next(8)).Select(_ => (char)('a' + letters.Next(8)))))
                .Select(static word => new TextPair(word, string.Concat(word.Reverse()))),
        ];
    }
}
