using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Passes;

/// <summary>The memory of a training, against sums made by hand.</summary>
public sealed class MemoryNeedsTests
{
    // An embedding of 256 × 4, which also gives the scores, one of 8 positions, and two linear layers: 1024 + 32 + 40 + 36 parameters.
    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { context: 8 } }
        network: [embed: 4, linear: 8, gelu, linear: 4, unembed]
        objective: next-token
        training: { optimizer: OPTIMIZER, batch: 6, duration: 100 steps }

        """;

    private const string Game = """
        model: Game
        family: gan
        data: { tensor: { shape: [6] } }
        latent: 2
        generator: [linear: 10, relu, linear: 6]
        discriminator: [linear: 5, leaky-relu: 0.2, linear: 1]
        objective: OBJECTIVE
        training: { optimizer: { lion: 1e-3 }, batch: 4, duration: 100 steps, discriminator: { optimizer: { adam: 1e-3 } } }

        """;

    [Theory]
    [InlineData("{ adamw: 1e-3 }", 2 * 1132)]
    [InlineData("{ adam: 1e-3 }", 2 * 1132)]
    [InlineData("{ lion: 1e-3 }", 1132)]
    [InlineData("{ sgd: 1e-3 }", 0)]
    [InlineData("{ sgd: { learning-rate: 1e-3, momentum: 0.9 } }", 1132)]
    // The rows and the columns of four matrices, and two biases.
    [InlineData("{ adafactor: 1e-3 }", (256 + 4) + (8 + 4) + (8 + 4) + (4 + 8) + 8 + 4)]
    // A momentum for the weights of the linear layers, two means for the rest.
    [InlineData("{ muon: 1e-3 }", (32 + 32) + (2 * (1024 + 32 + 8 + 4)))]
    public void AnOptimizerKeepsWhatItsRuleNeeds(string optimizer, long numbers)
    {
        var needs = Needs(Writer.Replace("OPTIMIZER", optimizer, StringComparison.Ordinal));

        Assert.Equal((4528, 0, 4528), (needs.Weights, needs.Average, needs.Gradients));
        Assert.Equal(4 * numbers, needs.OptimizerState);
        Assert.Equal(4528 + (4 * numbers), needs.Checkpoint);
    }

    [Fact]
    public void PartsOfABatchAndAnAverageCount()
    {
        var text = Writer
            .Replace("OPTIMIZER", "{ adamw: 1e-3 }", StringComparison.Ordinal)
            .Replace("batch: 6", "batch: 6, accumulate: 4, average: 0.9", StringComparison.Ordinal);

        var needs = Needs(text);

        // Backward reads the ids, in 64 bits, and what the linear layers, gelu and the loss take; the scores have two gradients.
        const long Sample = (8 * 8) + (4 * 8 * (4 + 8 + 8 + 4 + 256)) + (2 * 4 * 8 * 256);
        Assert.Equal((Sample, 2, 2 * Sample), (needs.ActivationsOfSample, needs.SamplesAtOnce, needs.Activations));
        Assert.Equal((4528, 3 * 4528, 4 * 4528), (needs.Average, needs.Peak - needs.Activations - 4528 - 4528, needs.Checkpoint));
    }

    [Fact]
    public void ALossWithAdditionsHasAGradientForEach()
    {
        var text = Writer.Replace("OPTIMIZER", "{ adamw: 1e-3 }", StringComparison.Ordinal);
        var more = text.Replace("next-token", "{ next-token: { label-smoothing: 0.1, z-loss: 1e-4 } }", StringComparison.Ordinal);

        Assert.Equal(2 * 4 * 8 * 256, Needs(more).ActivationsOfSample - Needs(text).ActivationsOfSample);
    }

    // For each forward the discriminator keeps a sample, what its activation takes, what its second layer does and its score: 6 + 5 + 5 + 1;
    // the generator its latent vector, the result of relu and a sample. At the peak backward holds the gradients of a score, in place of
    // it, and of what the second layer takes.
    [Theory]
    [InlineData("non-saturating", (2 + 10 + 6) + 17 + 5)]
    [InlineData("{ wasserstein: { gradient-penalty: 10 } }", ((2 + 3) * 17) + 5)]
    [InlineData("{ relativistic: { r1: 1, r2: 1 } }", ((2 + 3 + 3) * 17) + 5)]
    public void ThePlayersOfAGameTakeTurns(string objective, int numbers)
    {
        var needs = Needs(Game.Replace("OBJECTIVE", objective, StringComparison.Ordinal));

        // The generator has 30 + 66 parameters, the discriminator 35 + 6.
        Assert.Equal((4 * (96 + 41), 4 * 96, 4 * (96 + (2 * 41))), (needs.Weights, needs.Gradients, needs.OptimizerState));
        Assert.Equal(4 * numbers, needs.ActivationsOfSample);
    }

    [Fact]
    public void ARecomputedPartKeepsItsInputAlone()
    {
        const string Deep = """
            model: Deep
            family: network
            data: { tensor: { shape: [10] } }
            network: [linear: 10, { repeat: 5, layers: [linear: 40, gelu, linear: 10] }]
            objective: mean-squared-error
            training: { optimizer: { sgd: 1e-3 }, batch: 1, duration: 100 steps }

            """;

        var kept = Needs(Deep).ActivationsOfSample;
        var again = Needs(Deep.Replace("repeat: 5,", "repeat: 5, recompute: true,", StringComparison.Ordinal)).ActivationsOfSample;

        // The data, what each part takes, gelu's two and the result; then the gradients of the result and of gelu's result.
        Assert.Equal(4 * (10 + (5 * (10 + 40 + 40)) + 10 + 40), kept);

        // Of the last part alone what it has inside, with the gradient of its result again.
        Assert.Equal(4 * (10 + (5 * 10) + 10 + (40 + 40 + 10 + 40) + 10), again);
    }

    [Fact]
    public void WhatATextKeepsIsCountedForEachToken()
    {
        var cache = Cache("{ self-attention: { heads: 4, causal: true } }");

        // Keys and values of two layers, in float32.
        Assert.Equal((2 * 2 * 16 * 4, 8), (cache!.OfToken, cache.Context));
        Assert.Equal(8 * cache.OfToken, cache.OfSequence);

        // Heads that share keys and values keep them once.
        Assert.Equal(cache.OfToken / 4, Cache("{ self-attention: { heads: 4, key-value-heads: 1, causal: true } }")!.OfToken);

        static DecodingCache? Cache(string attention) =>
            DecodingCache.Of(
                SpecCompiler.Build(
                    SpecCompiler
                        .Parse(
                            $$"""
                            model: Writer
                            family: transformer
                            data: { tokens: { context: 8 } }
                            network: [embed: 16, { repeat: 2, layers: [{ residual: [{{attention}}] }] }, unembed]
                            objective: next-token

                            """
                        )
                        .Spec!
                )!
            );
    }

    private static MemoryNeeds Needs(string text)
    {
        Assert.Empty(Spec.Errors(text));
        var spec = SpecCompiler.Parse(text).Spec!;
        var model = SpecCompiler.Build(spec)!;
        return MemoryNeeds.Of(model, Family.Of(spec).Setup(model)!);
    }
}
