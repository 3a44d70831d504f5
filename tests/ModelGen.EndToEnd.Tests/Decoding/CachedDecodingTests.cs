using ModelGen.Decoding;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Sampling;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Decoding;

/// <summary>Scores from kept keys and values against those of the whole window.</summary>
public sealed class CachedDecodingTests
{
    private const int Vocabulary = 23;
    private const int Context = 19;

    /// <summary>Every position scheme and kind of attention, and layers of every precision of libtorch's vector functions.</summary>
    public static TheoryData<string> Networks =>
        [
            "[embed: { width: 24, positions: learned }, BLOCKS, layer-norm, unembed]",
            "[embed: { width: 24, positions: sinusoidal }, BLOCKS, layer-norm, unembed: { tied: false }]",
            "[embed: 24, BLOCKS(positions: rotary), rms-norm, unembed]",
            "[embed: 24, BLOCKS(positions: { rotary: { pairs: neighbours, base: 500 } }), rms-norm, unembed]",
            "[embed: 24, BLOCKS(positions: { rotary: { scaling: { factor: 3, method: ntk } } }), rms-norm, unembed]",
            "[embed: 24, BLOCKS(positions: { rotary: { scaling: 2 } }), rms-norm, unembed]",
            "[embed: 24, BLOCKS(positions: alibi), rms-norm, unembed]",
            "[embed: 24, BLOCKS(positions: alibi, window: 5), rms-norm, unembed]",
            "[embed: { width: 24, positions: learned }, BLOCKS(window: 1), rms-norm, unembed]",
            "[embed: { width: 24, positions: learned }, BLOCKS(window: 7, dropout: 0.3), dropout: 0.2, unembed]",
            "[embed: 24, BLOCKS(key-value-heads: 3, query-key-norm: true, positions: rotary), rms-norm, unembed]",
            "[embed: 24, BLOCKS(key-value-heads: 1, bias: false, positions: alibi), layer-norm, linear: 7, tanh, linear: 23]",
            "[embed: { width: 24, positions: learned }, transformer-block: { heads: 4, causal: true }, transformer-block: { heads: 4, "
                + "order: post, gated: true, causal: true }, unembed]",
            "[embed: { width: 24, positions: learned }, residual: [self-attention: { heads: 3, causal: true }], mixture-of-experts: "
                + "{ experts: 3, top-k: 2, layers: [linear: 31, gelu: { approximate: tanh }, linear: 24] }, unembed]",
            "[embed: { width: 24, positions: learned }, residual: [self-attention: { heads: 2, causal: true }], mixture-of-experts: { experts: 3, "
                + "top-k: 2, layers: [linear: 9, softmax, linear: 11, tanh, linear: 24] }, unembed]",
            "[embed: 24, BLOCKS(positions: rotary), permute: [1, 0], softmax: { axis: 0 }, permute: [1, 0], residual: [linear: 24, sigmoid], unembed]",
            "[embed: 21, residual: [linear: 13, softplus, linear: 9, elu: 1, linear: 11, sigmoid, linear: 21], BLOCKS21, softmax, unembed]",
        ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void ScoresAreThoseOfTheWholeWindow(string network)
    {
        using var model = Language(network);
        Assert.True(model.CanStep);
        using var decoder = new SequenceDecoder(model);

        Check(model, decoder, tolerance: 1e-4);
    }

    /// <summary>What a GPU computes, on the CPU.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void ScoresByTensorsAloneAreThoseOfTheWholeWindow(string network)
    {
        using var model = Language(network);
        using var decoder = new SequenceDecoder(model, isDirect: false);

        Check(model, decoder, tolerance: 1e-4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DocumentsStayApart(bool isDirect)
    {
        using var model = Language(
            "[embed: { width: 24, positions: learned }, BLOCKS, BLOCKS(window: 6), unembed]",
            "tokens: { vocabulary: 23, context: 19, tokenizer: characters, end-token: <end>, documents: apart }"
        );
        Assert.True(model.CanStep);
        using var decoder = new SequenceDecoder(model, isDirect);

        Check(model, decoder, tolerance: 1e-4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADecoderKeepsWhatItAttendsTo(bool isDirect)
    {
        using var model = SpecAssembly
            .Compile(
                """
                model: Scribe
                family: encoder-decoder
                data: { tokens: { context: 14, tokenizer: characters, vocabulary: 23, padding-token: <pad>, end-token: <end> } }
                encoder: [embed: { width: 20, positions: learned }, transformer-block: 2, layer-norm]
                decoder:
                  - embed: { width: 16, positions: learned }
                  - repeat: 2
                    layers:
                      - residual: [layer-norm, self-attention: { heads: 2, causal: true }]
                      - residual: [layer-norm, cross-attention: { heads: 4, key-value-heads: 2, query-key-norm: true }]
                      - residual: [layer-norm, linear: 30, gelu, linear: 16]
                  - layer-norm
                  - unembed
                objective: sequence-to-sequence
                training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 10 steps }
                """
            )
            .Create<EncoderDecoder>(seed: 3);
        Grow(model);
        model.eval();
        Assert.True(model.CanStep);
        using var decoder = new SequenceDecoder(model, isDirect);
        var random = new Random(8);
        int[][] sources = [.. new[] { 1, 14, 5 }.Select(length => Draw(random, length))];
        var targets = sources.Select(_ => new List<int> { model.PaddingId }).ToList();
        var sequences = sources.Select(source => decoder.Start(source, [model.PaddingId])).ToList();
        for (var step = 0; step < 25; step++)
        {
            for (var i = 0; i < sequences.Count; i++)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var window = sequences[i].Window.Select(static token => (long)token).ToArray();
                var source = tensor(Array.ConvertAll(sources[i], static token => (long)token), [1, sources[i].Length]);
                Near(model.call(source, tensor(window, [1, window.Length]))[0, -1], sequences[i].Scores, 1e-4);
            }

            // A copy goes on like what it was copied from.
            if (step % 4 == 1)
            {
                var copy = sequences[0].Fork();
                sequences[0].Dispose();
                sequences[0].Dispose();
                sequences[0] = copy;
            }

            decoder.Append(sequences, Draw(random, sequences.Count));
        }

        sequences.ForEach(static sequence => sequence.Dispose());
    }

    /// <summary>To the bit: alone and in any batch, token by token and as a prompt, forked and not.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void ScoresDependOnTheirOwnTokensAlone(string network)
    {
        using var model = Language(network);
        using var decoder = new SequenceDecoder(model);
        var random = new Random(4);
        int[][] texts = [.. Enumerable.Range(0, 8).Select(i => Draw(random, 3 + (5 * i)))];
        var alone = texts.Select(text => Alone(decoder, text)).ToList();

        var together = new List<(TokenSequence Sequence, int Text, int Read)>();
        var joined = 0;
        while (joined < texts.Length || together.Count > 0)
        {
            // They join one after another and leave where they end.
            if (joined < texts.Length)
            {
                together.Add((decoder.Start([texts[joined][0]]), joined, 1));
                joined++;
            }

            foreach (var done in together.Where(each => each.Read == texts[each.Text].Length).ToList())
            {
                Assert.Equal(alone[done.Text], done.Sequence.Scores.ToArray());
                done.Sequence.Dispose();
                together.Remove(done);
            }

            decoder.Append([.. together.Select(each => each.Sequence)], [.. together.Select(each => texts[each.Text][each.Read])]);
            together = [.. together.Select(each => each with { Read = each.Read + 1 })];
        }

        var short1 = Draw(random, 9);
        using var first = decoder.Start(short1.AsSpan(0, 4));
        using var second = first.Fork();
        decoder.Append(first, 1);
        foreach (var token in short1.AsSpan(4))
        {
            decoder.Append(second, token);
        }

        Assert.Equal(Alone(decoder, short1), second.Scores.ToArray());

        // Guesses of which some are right, and then a copy of what was read ahead.
        using var third = decoder.Start(short1.AsSpan(0, 2));
        decoder.ReadAhead(third, [short1[2], short1[3], (short1[4] + 1) % Vocabulary, 0]);
        decoder.Append(third, short1[2]);
        using var copy = third.Fork();
        foreach (var token in short1.AsSpan(3))
        {
            decoder.Append(third, token);
            decoder.Append(copy, token);
        }

        Assert.Equal(Alone(decoder, short1), third.Scores.ToArray());
        Assert.Equal(Alone(decoder, short1), copy.Scores.ToArray());
    }

    [Fact]
    public void MixedPrecisionDecodesInFullPrecision()
    {
        const string Network = "[embed: { width: 24, positions: learned }, BLOCKS, layer-norm, unembed]";
        using var narrow = Language(Network, precision: "bfloat16");
        using var full = Language(Network);
        full.load_state_dict(narrow.state_dict());
        using var decoder = new SequenceDecoder(narrow);

        Check(full, decoder, tolerance: 1e-4);
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16, 0.05)]
    [InlineData(WeightFormat.Int8, 0.05)]
    public void NarrowWeightsGiveNearlyTheSameScores(WeightFormat format, double tolerance)
    {
        using var model = Language("[embed: { width: 24, positions: learned }, BLOCKS, layer-norm, unembed]");
        using var decoder = new SequenceDecoder(model, weights: format);
        using var exact = new SequenceDecoder(model);
        var tokens = Draw(new Random(2), 12);
        var (rounded, scores) = (Alone(decoder, tokens), Alone(exact, tokens));
        var spread = scores.Max() - scores.Min();

        Assert.NotEqual(scores, rounded);
        Assert.All(scores.Zip(rounded), pair => Assert.InRange(pair.Second - pair.First, -tolerance * spread, tolerance * spread));
    }

    /// <summary>A module of one's own, and layers with several positions for each token.</summary>
    [Theory]
    [InlineData("[embed: 8, module: { type: ModelGen.EndToEnd.Tests.Decoding.Shifted, output: [T, 8], causal: true }, unembed]")]
    [InlineData("[embed: 12, reshape: [-1, 4], residual: [linear: 4], reshape: [-1, 12], unembed]")]
    public void AModelThatMayLookAnywhereIsComputedAsAWhole(string network)
    {
        using var model = Language(network);
        Assert.False(model.CanStep);
        using var decoder = new SequenceDecoder(model);

        Check(model, decoder, tolerance: 1e-5);
    }

    [Fact]
    public void WhatCannotBeGoneOnWithIsRefused()
    {
        using var model = Language("[embed: 24, BLOCKS(positions: rotary), unembed]");
        using var decoder = new SequenceDecoder(model);
        using var other = new SequenceDecoder(model);
        var sequence = decoder.Start([1]);

        Assert.Throws<ArgumentException>(() => other.Append(sequence, 1));
        Assert.Throws<ArgumentException>(() => decoder.Append([sequence, sequence], [1, 2]));
        Assert.Throws<ArgumentException>(() => decoder.Append(sequence, Vocabulary));
        Assert.Throws<ArgumentException>(() => decoder.Start([]));
        decoder.Append(sequence, 2);
        sequence.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoder.Append(sequence, 1));
        Assert.Throws<ObjectDisposedException>(() => sequence.Fork());
        other.Dispose();
        Assert.Throws<ObjectDisposedException>(() => other.Start([1]));
    }

    [Fact]
    public void LiveTensorsStayConstantOverTenThousandTokens()
    {
        using var model = Language("[embed: 24, BLOCKS(positions: rotary, key-value-heads: 3), rms-norm, unembed]");
        using var decoder = new SequenceDecoder(model);
        using var sequence = decoder.Start([1, 2, 3]);
        for (var i = 0; i < 40; i++)
        {
            decoder.Append(sequence, i % Vocabulary);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 10_000; i++)
        {
            decoder.Append(sequence, i % Vocabulary);
            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    private static float[] Alone(SequenceDecoder decoder, ReadOnlySpan<int> text)
    {
        using var sequence = decoder.Start(text[..1]);
        foreach (var token in text[1..])
        {
            decoder.Append(sequence, token);
        }

        return sequence.Scores.ToArray();
    }

    // Unequal prompts, in batches of 1, 3 and 8, on past the window's end.
    private static void Check(LanguageModel model, SequenceDecoder decoder, double tolerance)
    {
        var random = new Random(7);
        foreach (var count in new[] { 1, 3, 8 })
        {
            var sequences = Enumerable
                .Range(0, count)
                .Select(i => decoder.Start(Draw(random, 1 + ((i * 5) + (2 * count)) % (Context + 4))))
                .ToList();
            for (var step = 0; step < Context + 5; step++)
            {
                foreach (var sequence in sequences)
                {
                    using var scope = NewDisposeScope();
                    using var noGrad = no_grad();
                    var window = sequence.Window.Select(static token => (long)token).ToArray();
                    Near(model.call(tensor(window, [1, window.Length]))[0, -1], sequence.Scores, tolerance);
                }

                decoder.Append(sequences, Draw(random, count));
            }

            sequences.ForEach(static sequence => sequence.Dispose());
        }
    }

    private static void Near(Tensor expected, ReadOnlySpan<float> actual, double tolerance)
    {
        var scores = expected.contiguous().data<float>().ToArray();
        for (var i = 0; i < scores.Length; i++)
        {
            Assert.InRange(actual[i] - scores[i], -tolerance, tolerance);
        }
    }

    private static int[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];

    private static LanguageModel Language(
        string network,
        string data = "tokens: { vocabulary: 23, context: 19, tokenizer: characters }",
        string precision = "float32"
    )
    {
        var layers = network.Replace("BLOCKS21", Blocks("", 3), StringComparison.Ordinal);
        while (layers.IndexOf("BLOCKS(", StringComparison.Ordinal) is >= 0 and var start)
        {
            var end = start + "BLOCKS(".Length;
            for (var depth = 1; depth > 0; end++)
            {
                depth +=
                    layers[end] == '(' ? 1
                    : layers[end] == ')' ? -1
                    : 0;
            }

            layers = layers[..start] + Blocks(", " + layers[(start + 7)..(end - 1)], 6) + layers[end..];
        }

        var model = SpecAssembly
            .Compile(
                $"""
                model: Writer
                family: transformer
                data: {"{"} {data} {"}"}
                precision: {precision}
                network: {layers.Replace("BLOCKS", Blocks("", 6), StringComparison.Ordinal)}
                objective: next-token
                """
            )
            .Create<LanguageModel>(seed: 5);
        Grow(model);
        model.eval();
        return model;
    }

    private static string Blocks(string attention, int heads) =>
        $"residual: [layer-norm, self-attention: {{ heads: {heads}, causal: true{attention} }}], residual: [rms-norm, gated-linear: 37, linear: "
        + $"{(heads == 3 ? 21 : 24)}], residual: [self-attention: {{ heads: {heads}, causal: true{attention} }}, gelu]";

    // So that what an untrained model says depends on what it has read.
    private static void Grow(nn.Module model)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var parameter in model.parameters())
        {
            parameter.mul_(1.5);
        }
    }
}
