using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>What a model makes of a text does not depend on how far it is filled up.</summary>
public sealed class PaddingTests
{
    private const int Padding = 256;

    [Theory]
    [InlineData("self-attention: 2", "sequence-pool")]
    [InlineData("self-attention: 2", "sequence-pool: first")]
    [InlineData("self-attention: { heads: 4, key-value-heads: 2, positions: rotary, query-key-norm: true }", "sequence-pool: last")]
    [InlineData("self-attention: { heads: 2, window: 2 }", "sequence-pool")]
    [InlineData("self-attention: { heads: 2, window: 3, positions: alibi }", "sequence-pool")]
    [InlineData("self-attention: { heads: 2, causal: true }", "sequence-pool: last")]
    public void ItChangesNothing(string attention, string pool)
    {
        using var scope = NewDisposeScope();
        using var model = Create(attention, pool);
        model.eval();
        string[] texts = ["a", "To be", "or not to be,", "that is"];
        var batch = stack(texts.Select(text => Ids(text, 16)));
        var whole = model.call(batch);
        for (var i = 0; i < texts.Length; i++)
        {
            var alone = model.call(Ids(texts[i], texts[i].Length).unsqueeze(0));
            Assert.True(whole.narrow(0, i, 1).allclose(alone, 1e-5, 1e-6), texts[i]);
        }

        // And it is the text that counts.
        Assert.False(whole.narrow(0, 0, 1).allclose(whole.narrow(0, 1, 1), 1e-3, 1e-3));
    }

    [Fact]
    public void OfPaddingAloneTheResultIsANumber()
    {
        using var scope = NewDisposeScope();
        using var model = Create("self-attention: 2", "sequence-pool");
        Assert.True(model.call(Ids("", 5).unsqueeze(0)).isfinite().all().item<bool>());
    }

    private static Network Create(string attention, string pool) =>
        (Network)
            SpecAssembly
                .Compile(
                    $$"""
                    model: Reader
                    family: network
                    data: { tokens: { context: 16, padding-token: <pad> } }
                    network:
                      - embed: 8
                      - repeat: 2
                        layers: [{ residual: [{ {{attention}} }] }, { residual: [linear: 16, gelu, linear: 8] }]
                      - {{pool}}
                      - linear: 3
                    """
                )
                .Create(seed: 1);

    private static Tensor Ids(string text, int length) =>
        tensor(text.Select(static letter => (long)letter).Concat(Enumerable.Repeat((long)Padding, length - text.Length)).ToArray());
}
