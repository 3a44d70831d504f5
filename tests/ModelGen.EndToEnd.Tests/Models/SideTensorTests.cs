using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>Side inputs, carried state and outputs of generated networks, against numbers worked out by hand.</summary>
public class SideTensorTests
{
    [Fact]
    public void AStateThatARepeatGivesAnewIsWhatItsNextTimeTakes()
    {
        using var scope = NewDisposeScope();
        var model = Create<Network<(Tensor, Tensor), (Tensor, Tensor)>>(
            "states: { total: [2] }",
            "- { repeat: 3, layers: [{ add: , from: [input, total], as: total }] }"
        );

        // x1 = x + t; then both are x1, so that each further time doubles them.
        var (result, total) = model.call((Pairs(1, 2), Pairs(10, 20)));

        Assert.Equal([44f, 88], Numbers(result));
        Assert.Equal([44f, 88], Numbers(total));

        // What is handed out under two names may be disposed of twice.
        result.Dispose();
        Assert.Equal(44, total[0, 0].ToSingle());
    }

    [Fact]
    public void WhatLayersGiveUnderOneNameOfAnOutputIsAddedUp()
    {
        using var scope = NewDisposeScope();
        var model = Create<Network<Tensor, (Tensor, Tensor)>>(
            "outputs: [seen]\nblocks: { double: { layers: [{ add: , from: [input, input], as: seen }] } }",
            "- { repeat: 3, layers: [double] }\n  - residual: [{ relu: , as: own }, { add: , from: [own, own], as: seen }]"
        );

        // 2x, 4x and 8x of the repeat, then 16x of the residual, which gives 24x.
        var (result, seen) = model.call(Pairs(1, 2));

        Assert.Equal([24f, 48], Numbers(result));
        Assert.Equal([30f, 60], Numbers(seen));
    }

    [Fact]
    public void ASideInputReachesBlocksInsideRepeatsAndHasAGradient()
    {
        using var scope = NewDisposeScope();
        var model = Create<Network<(Tensor, Tensor), Tensor>>(
            "inputs: { offset: [2] }\nblocks: { shift: { layers: [residual: [{ relu: , as: own }, { add: , from: [own, offset] }]] } }",
            "- { repeat: 2, layers: [shift] }"
        );

        // f(x) = x + (x + o), twice: 4x + 2o + o.
        var offset = Pairs(10, 20, 30, 40).requires_grad_();
        var result = model.call((Pairs(1, 2, 3, 4), offset));
        result.sum().backward();

        Assert.Equal([34f, 68, 102, 136], Numbers(result));
        Assert.Equal([3f, 3, 3, 3], Numbers(offset.grad!));
    }

    [Fact]
    public void AStateMayGrowAlongAnAxisThatOnlyTheRunKnows()
    {
        using var scope = NewDisposeScope();
        var model = Create<Network<(Tensor, Tensor), (Tensor, Tensor)>>(
            "states: { cache: [P <= 4, 2] }",
            "- { reshape: [1, 2], as: row }\n  - { concat: { axis: 0 }, from: [cache, row], as: cache }\n  - reshape: [-1]\n"
        );

        var (first, cache) = model.call((Pairs(3, 4), Pairs(1, 2).unsqueeze(0)));
        var (second, grown) = model.call((Pairs(5, 6), cache));

        Assert.Equal([1f, 2, 3, 4], Numbers(first));
        Assert.Equal([1f, 2, 3, 4, 5, 6], Numbers(second));
        Assert.Equal([1L, 3, 2], grown.shape);
    }

    [Fact]
    public void InLowPrecisionWhatComesOutIsInFull()
    {
        using var scope = NewDisposeScope();
        var model = Create<Network<(Tensor, Tensor), (Tensor, Tensor)>>(
            "precision: bfloat16\ninputs: { memory: [2] }\noutputs: [features]",
            "- { linear: 2, from: memory, as: features }\n  - { add: , from: [features, input] }"
        );

        var (result, features) = model.call((ones(1, 2), ones(1, 2)));

        Assert.Equal((ScalarType.Float32, ScalarType.Float32), (result.dtype, features.dtype));
    }

    [Fact]
    public void ASideInputOfAnotherShapeTypeOrBatchIsRefused()
    {
        using var scope = NewDisposeScope();
        var model = Create<Network<(Tensor, Tensor), Tensor>>(
            "inputs: { memory: [2, S <= 3] }",
            "- { global-pool: , from: memory, as: pooled }\n  - { add: , from: [input, pooled] }"
        );

        Assert.Equal(
            "M takes 'memory' as Float32 [batch, 2, 1 to 3]; it got Float32 [1, 2, 4]. (Parameter 'side')",
            Refusal(ones(1, 2, 4))
        );
        Assert.Equal(
            "M takes 'memory' as Float32 [batch, 2, 1 to 3]; it got Int64 [1, 2, 3]. (Parameter 'side')",
            Refusal(ones(1, 2, 3, dtype: int64))
        );
        Assert.Equal("M takes 'memory' with its input's batch size, 1; it got 2. (Parameter 'side')", Refusal(ones(2, 2, 3)));

        string Refusal(Tensor memory) => Assert.Throws<ArgumentException>(() => model.call((ones(1, 2), memory))).Message;
    }

    [Fact]
    public void ALengthOfOneNameIsOneInAllTensorsThatHaveIt()
    {
        using var scope = NewDisposeScope();
        var compiled = SpecAssembly.Compile(
            """
            model: M
            family: network
            data: { tokens: { context: 9 } }
            inputs: { mask: [T, 4], memory: [S <= 5, 4], more: [S, 4] }
            network:
              - { embed: 4, as: vectors }
              - { add: , from: [vectors, mask], as: masked }
              - { concat: { axis: 0 }, from: [masked, memory, more] }

            """
        );
        var model = compiled.Create<Network<(Tensor, Tensor, Tensor, Tensor), Tensor>>();
        Assert.Contains("/// S is a length that only the run knows, at most 5;", compiled.Code, StringComparison.Ordinal);
        var tokens = zeros(2, 3, dtype: int64);

        Assert.Equal([2L, 7, 4], model.call((tokens, ones(2, 3, 4), ones(2, 2, 4), ones(2, 2, 4))).shape);
        Assert.Equal(
            "M takes 'mask' as Float32 [batch, 3, 4]; it got Float32 [2, 1, 4]. (Parameter 'side')",
            Refusal(ones(2, 1, 4), ones(2, 2, 4), ones(2, 2, 4))
        );
        Assert.Equal(
            "M takes 'more' as Float32 [batch, 2, 4]; it got Float32 [2, 1, 4]. (Parameter 'side')",
            Refusal(ones(2, 3, 4), ones(2, 2, 4), ones(2, 1, 4))
        );

        string Refusal(Tensor mask, Tensor memory, Tensor more) =>
            Assert.Throws<ArgumentException>(() => model.call((tokens, mask, memory, more))).Message;
    }

    private static Tensor Pairs(params float[] numbers) => tensor(numbers).reshape(-1, 2);

    private static float[] Numbers(Tensor tensor) => [.. tensor.contiguous().data<float>()];

    private static T Create<T>(string keys, string layers)
        where T : nn.Module =>
        SpecAssembly.Compile($"model: M\nfamily: network\ndata: {{ tensor: [2] }}\n{keys}\nnetwork:\n  {layers}\n").Create<T>();
}
