using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>What a model makes of a document does not depend on what else a sequence holds.</summary>
public sealed class DocumentsTests
{
    private const string Other = "Lear!";
    private const long End = 256;
    private const long PaddingBeforeEnd = 256;

    [Theory]
    [InlineData("learned", "causal: true")]
    [InlineData("sinusoidal", "causal: true")]
    [InlineData("none", "causal: true, positions: rotary, query-key-norm: true, key-value-heads: 2")]
    [InlineData("none", "causal: true, positions: alibi")]
    [InlineData("none", "causal: true, window: 3")]
    [InlineData("none", "causal: true, window: 4, positions: alibi")]
    public void LogitsDoNotDependOnWhatStandsBefore(string positions, string attention)
    {
        using var scope = NewDisposeScope();
        using var model = Create<LanguageModel>(
            "transformer",
            positions,
            attention,
            "unembed",
            "objective: next-token",
            "documents: apart"
        );
        var document = Ids("or not to be", end: End);
        var others = new[] { "To be", Other }.Select(text => model.call(cat([Ids(text), document]).unsqueeze(0))).ToArray();
        var (first, length) = (Other.Length, document.size(0));
        Assert.True(others[0].narrow(1, first, length).allclose(others[1].narrow(1, first, length), 1e-5, 1e-6));
        Assert.False(others[0].narrow(1, 0, first).allclose(others[1].narrow(1, 0, first), 1e-3, 1e-3));

        // Positions do not start anew in each document: alone it is the same only where no position is added to its tokens.
        var alone = model.call(document.unsqueeze(0));
        Assert.Equal(positions == "none", alone.allclose(others[0].narrow(1, first, length), 1e-4, 1e-5));

        // Without the word it does depend on it.
        using var together = Create<LanguageModel>(
            "transformer",
            positions,
            attention,
            "unembed",
            "objective: next-token",
            "mask-token: x"
        );
        var mixed = new[] { "To be", Other }.Select(text => together.call(cat([Ids(text), document]).unsqueeze(0))).ToArray();
        var near = mixed[0].narrow(1, first, 2).allclose(mixed[1].narrow(1, first, 2), 1e-4, 1e-4);
        Assert.False(near);
    }

    [Theory]
    [InlineData("positions: rotary")]
    [InlineData("window: 3")]
    [InlineData("positions: alibi")]
    public void WhatLooksAheadKeepsThemApartToo(string attention)
    {
        using var scope = NewDisposeScope();
        using var model = Create<Network>("network", "none", attention, "linear: 3", "", "documents: apart, padding-token: <pad>");
        var (one, other, third) = (Ids("To be"), Ids("or not", end: 257), Ids("it is", end: 257));
        var packed = model.call(cat([one, other, third, tensor([PaddingBeforeEnd, PaddingBeforeEnd])]).unsqueeze(0));
        long start = 0;
        foreach (var document in new[] { one, other, third })
        {
            var alone = model.call(document.unsqueeze(0));
            var difference = (packed.narrow(1, start, document.size(0)) - alone).abs().max().item<float>();
            var size = alone.abs().max().item<float>();
            Assert.True(difference < 1e-5 * size, $"{difference} of {size} at {start}");
            start += document.size(0);
        }

        Assert.True(packed.isfinite().all().item<bool>());
    }

    /// <summary>In bfloat16 whole numbers beyond 256 are rounded; documents are told by int64.</summary>
    [Fact]
    public void ManyDocumentsStayApartInLowPrecision()
    {
        using var scope = NewDisposeScope();
        using var model = Create<LanguageModel>(
            "transformer",
            "none",
            "causal: true",
            "unembed",
            "objective: next-token\nprecision: bfloat16",
            "documents: apart"
        );
        var tokens = Enumerable.Repeat(new[] { End, 'a', 'b' }, 300).SelectMany(static each => each).ToArray();
        var logits = model.call(tensor(tokens).unsqueeze(0)).to(float32);
        Assert.True(logits.narrow(1, 0, 3).allclose(logits.narrow(1, 897, 3), 1e-2, 1e-2));
        Assert.True(logits.narrow(1, 768, 3).allclose(logits.narrow(1, 0, 3), 1e-2, 1e-2));
        Assert.False(logits.narrow(1, 1, 1).allclose(logits.narrow(1, 2, 1), 1e-2, 1e-2));
    }

    private static T Create<T>(string family, string positions, string attention, string last, string more, string data)
        where T : nn.Module
    {
        var model = SpecAssembly
            .Compile(
                $$"""
                model: Reader
                family: {{family}}
                data: { tokens: { context: 1024, end-token: <end>, {{data}} } }
                network:
                  - embed: { width: 8, positions: {{positions}} }
                  - repeat: 2
                    layers: [{ residual: [{ self-attention: { heads: 4, {{attention}} } }] }, { residual: [linear: 16, gelu, linear: 8] }]
                  - {{last}}
                {{more}}
                """
            )
            .Create<T>(seed: 1);
        using var noGrad = no_grad();
        foreach (var parameter in model.parameters())
        {
            // Small weights would hide who sees whom.
            parameter.add_(0.5 * randn_like(parameter));
        }

        model.eval();
        return model;
    }

    // After its token that ends the document before, where it has one.
    private static Tensor Ids(string text, long? end = null) =>
        tensor((end is { } id ? new[] { id } : []).Concat(text.Select(static letter => (long)letter)).ToArray());
}
