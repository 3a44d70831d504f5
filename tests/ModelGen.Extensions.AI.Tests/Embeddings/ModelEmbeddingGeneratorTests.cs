using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelGen.Embeddings;
using ModelGen.Models;
using ModelGen.Prediction;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Extensions.AI.Tests.Embeddings;

public sealed class ModelEmbeddingGeneratorTests : IDisposable
{
    private static readonly string[] Texts = ["abc", "a", "hello", "decade", "bead cafe", "feed"];

    private static readonly Tokenizer Characters = CharacterTokenizer.FromText("abcdefgh lo", 40, (SpecialTokenRole.Padding, "<pad>"));

    // As in BERT: two tokens around each text.
    private static readonly Tokenizer Surrounded = CharacterTokenizer.FromText(
        "abcdefgh lo",
        40,
        (SpecialTokenRole.Classification, "[CLS]"),
        (SpecialTokenRole.Separator, "[SEP]"),
        (SpecialTokenRole.Padding, "<pad>")
    );

    private readonly Reader _model;

    public ModelEmbeddingGeneratorTests()
    {
        manual_seed(7).Dispose();
        _model = new Reader();
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(EmbeddingPooling.Mean, true)]
    [InlineData(EmbeddingPooling.Mean, false)]
    [InlineData(EmbeddingPooling.First, true)]
    [InlineData(EmbeddingPooling.First, false)]
    public async Task VectorsArePooledStates(EmbeddingPooling pooling, bool isNormalised)
    {
        using var generator = new ModelEmbeddingGenerator(
            new TextEmbedder(_model, Surrounded) { Pooling = pooling, IsNormalised = isNormalised }
        );
        var embeddings = await generator.GenerateAsync(Texts);

        Assert.Equal(Texts.Length, embeddings.Count);
        for (var i = 0; i < Texts.Length; i++)
        {
            int[] tokens = [.. Surrounded.Encode($"[CLS]{Texts[i]}[SEP]")];
            var states = States(tokens);
            var expected = Enumerable
                .Range(0, 8)
                .Select(axis => pooling == EmbeddingPooling.First ? states[0][axis] : states.Average(state => state[axis]))
                .ToArray();
            var length = isNormalised ? Math.Sqrt(expected.Sum(static value => value * value)) : 1;
            Assert.All(embeddings[i].Vector.ToArray().Zip(expected), pair =>
                Assert.Equal(pair.Second / length, pair.First, tolerance: 1e-6)
            );
        }
    }

    [Fact]
    public async Task TextsAroundATextDoNotChangeItsVector()
    {
        using var one = new ModelEmbeddingGenerator(new TextEmbedder(_model, Surrounded) { BatchTokens = 1 });
        using var all = new ModelEmbeddingGenerator(new TextEmbedder(_model, Surrounded));
        using var some = new ModelEmbeddingGenerator(new TextEmbedder(_model, Surrounded) { BatchTokens = 24 });
        var (alone, together, apart) = (await one.GenerateAsync(Texts), await all.GenerateAsync(Texts), await some.GenerateAsync(Texts));
        for (var i = 0; i < Texts.Length; i++)
        {
            Assert.Equal(alone[i].Vector.ToArray(), together[i].Vector.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(alone[i].Vector.ToArray(), apart[i].Vector.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }

        Assert.Equal(Texts.Length, alone.Select(static embedding => embedding.Vector.Span[0]).Distinct().Count());
    }

    [Fact]
    public async Task ANetworkMayPoolItself()
    {
        manual_seed(8).Dispose();
        using var model = new Summariser();
        using var generator = new ModelEmbeddingGenerator(new TextEmbedder(model, Characters) { IsNormalised = false });
        var embedding = Assert.Single(await generator.GenerateAsync(["bead"]));
        using var output = model.call(tensor(Characters.Encode("bead").Select(static id => (long)id).ToArray(), [1, 4]));
        Assert.Equal(output.data<float>().ToArray(), embedding.Vector.ToArray());
    }

    [Fact]
    public async Task TokensAreCounted()
    {
        using var generator = new ModelEmbeddingGenerator(new TextEmbedder(_model, Surrounded)) { ModelId = "mine" };
        var embeddings = await generator.GenerateAsync(["abc", ""], new EmbeddingGenerationOptions { ModelId = "mine", Dimensions = 8 });
        Assert.Equal(7, embeddings.Usage!.InputTokenCount);
        Assert.Equal(7, embeddings.Usage.TotalTokenCount);
        Assert.All(embeddings, static embedding => Assert.Equal(("mine", 8), (embedding.ModelId, embedding.Dimensions)));
        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Fact]
    public void ServicesAreFound()
    {
        var embedder = new TextEmbedder(_model, Characters);
        using IEmbeddingGenerator<string, Embedding<float>> generator = new ModelEmbeddingGenerator(embedder);
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Equal(("ModelGen", "Reader", 8), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(embedder, generator.GetService<TextEmbedder>());
        Assert.Same(_model, generator.GetService<Network>());
        Assert.Same(generator, generator.GetService<ModelEmbeddingGenerator>());
        Assert.Null(generator.GetService<TextEmbedder>("key"));
    }

    [Fact]
    public async Task WhatCannotBeDoneIsSaid()
    {
        using var generator = new ModelEmbeddingGenerator(new TextEmbedder(_model, Surrounded));
        Assert.Equal(
            "The text 1 has 13 tokens, and Reader reads at most 12; shorten it, or divide it.",
            (await Assert.ThrowsAsync<ModelGenException>(() => generator.GenerateAsync(["a", "abcdefgh lo"]))).Message
        );
        using var plain = new ModelEmbeddingGenerator(new TextEmbedder(_model, Characters));
        Assert.Equal(
            "The text 0 has no token of the tokenizer, so that there is nothing to read; leave it out.",
            (await Assert.ThrowsAsync<ModelGenException>(() => plain.GenerateAsync([""]))).Message
        );
        await Refused(new() { Dimensions = 3 }, "Dimensions is 3, but the vectors of Reader have 8.");
        await Refused(new() { ModelId = "x" }, "ModelId is 'x', but the model is 'Reader'.");
        await Refused(new() { AdditionalProperties = new() { ["x"] = 1 } }, "AdditionalProperties has 'x', which nothing reads.");
        await Refused(
            new() { RawRepresentationFactory = static _ => 1 },
            "RawRepresentationFactory is set, but embeddings have no options of their own; set those of TextEmbedder."
        );
        Assert.Equal(
            ["AdditionalProperties", "Dimensions", "ModelId", "RawRepresentationFactory"],
            typeof(EmbeddingGenerationOptions).GetProperties().Select(static property => property.Name).Order(StringComparer.Ordinal)
        );
        using var pooled = new Summariser();
        Assert.Equal(
            "Summariser gives one vector for a text, so that there is nothing to pool; leave Pooling out.",
            Assert.Throws<ModelGenException>(() => new TextEmbedder(pooled, Characters) { Pooling = EmbeddingPooling.First }).Message
        );
        using var squares = new Squares();
        Assert.Equal(
            "Squares gives [2, 4] for a text; an embedding needs a vector for the text, or for each of its tokens.",
            Assert.Throws<ModelGenException>(() => new TextEmbedder(squares, Characters)).Message
        );
        Assert.Equal(
            "The tokenizer has 256 tokens, but Reader has 40; use the tokenizer that the model was trained with.",
            Assert.Throws<ModelGenException>(() => new TextEmbedder(_model, new ByteTokenizer())).Message
        );

        async Task Refused(EmbeddingGenerationOptions options, string message) =>
            Assert.Equal(message, (await Assert.ThrowsAsync<NotSupportedException>(() => generator.GenerateAsync(["a"], options))).Message);
    }

    [Fact]
    public async Task CancellationStopsBetweenBatches()
    {
        using var generator = new ModelEmbeddingGenerator(new TextEmbedder(_model, Characters));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync(["a"], null, stop.Token));
        Assert.Throws<OperationCanceledException>(() => new TextEmbedder(_model, Characters).Embed(["a"], stop.Token));
        Assert.Single(await generator.GenerateAsync(["a"]));
    }

    [Fact]
    public async Task RequestsAtOnceGetTheirOwnVectors()
    {
        using var generator = new ModelEmbeddingGenerator(new TextEmbedder(_model, Surrounded));
        var alone = await generator.GenerateAsync(Texts);
        var together = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => generator.GenerateVectorAsync(Texts[i % 6]))));
        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % 6].Vector.ToArray(), together[i].ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public async Task ThePipelineLogsAndCaches()
    {
        var (asked, log) = (0, new KeptLog());
        using var factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        using var generator = new ModelEmbeddingGenerator(new TextEmbedder(_model, Surrounded))
            .AsBuilder()
            .UseLogging(factory)
            .UseDistributedCache(cache)
            .Use(
                (values, options, inner, stop) =>
                {
                    asked += values.Count();
                    return inner.GenerateAsync(values, options, stop);
                }
            )
            .Build();
        var first = await generator.GenerateVectorAsync("abc");
        Assert.Equal(first.ToArray(), (await generator.GenerateVectorAsync("abc")).ToArray());
        Assert.Equal(1, asked);
        Assert.NotEqual(first.ToArray(), (await generator.GenerateVectorAsync("abd")).ToArray());
        Assert.Equal(2, asked);
        Assert.Contains(log.Messages, static message => message.Contains("GenerateAsync", StringComparison.Ordinal));
    }

    // What the network makes of one text by itself, read position by position.
    private double[][] States(int[] tokens)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var states = _model.call(tensor(tokens.Select(static id => (long)id).ToArray(), [1, tokens.Length])).data<float>().ToArray();
        return [.. states.Chunk(8).Select(static state => state.Select(static value => (double)value).ToArray())];
    }
}
