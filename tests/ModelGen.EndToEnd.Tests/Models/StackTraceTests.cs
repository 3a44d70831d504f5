using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Models;

/// <summary>What fails in a layer while it runs is to be seen at the layer's place in the spec.</summary>
public sealed class StackTraceTests
{
    private const string Spec = """
        model: Broken
        family: network
        data: { tensor: [6, 4] }
        blocks:
          mlp:
            layers:
              - linear: 8
              - { relu: , as: hidden }
              - linear: 4
        network:
          - conv: { channels: 6, kernel: 1 }
          - repeat: 2
            layers:
              - layer-norm
              - linear: 4
          - residual: [layer-norm, self-attention: { heads: 2 }, linear: 4]
          - mlp
          - linear:
              features: 3
              bias: false

        """;

    [Theory]
    [InlineData("conv", 11)]
    [InlineData("blocks.1.layer_norm", 14)]
    [InlineData("blocks.0.linear", 15)]
    [InlineData("self_attention.qkv", 16)]
    [InlineData("self_attention.projection", 16)]
    [InlineData("linear", 16)]
    [InlineData("mlp.linear", 7)]
    [InlineData("mlp.linear2", 9)]
    [InlineData("linear2", 18)]
    public void AFailureNamesTheFileAndTheLine(string module, int line)
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly.Compile(Spec, "/specs/broken.model.yaml").Create();
        Break(model, module);

        var failure = Assert.ThrowsAny<Exception>(() => model.call(randn(2, 6, 4)));

        var first = failure.StackTrace!.Split('\n').First(static frame => frame.Contains("Generated", StringComparison.Ordinal));
        Assert.EndsWith($"/specs/broken.model.yaml:line {line}", first.TrimEnd(), StringComparison.Ordinal);
    }

    // The outer layers show as well: whoever calls whom is a path through the spec.
    [Theory]
    [InlineData("mlp.linear2", "9", "17")]
    [InlineData("self_attention.projection", "16", "16")]
    [InlineData("blocks.0.layer_norm", "14", "12")]
    [InlineData("blocks.1.linear", "15", "12")]
    public void TheTraceLeadsThroughTheSpec(string module, params string[] places)
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly.Compile(Spec, "/specs/broken.model.yaml").Create();
        Break(model, module);

        var failure = Assert.ThrowsAny<Exception>(() => model.call(randn(2, 6, 4)));

        var lines = failure
            .StackTrace!.Split('\n')
            .Where(static frame => frame.Contains("broken.model.yaml", StringComparison.Ordinal))
            .Select(static frame => frame.TrimEnd()[(frame.LastIndexOf(' ') + 1)..]);
        Assert.Equal(places, lines);
    }

    [Fact]
    public void AModelThatTheGeneratorMadeDoesSoToo()
    {
        using var scope = NewDisposeScope();
        using var model = new Scribe();
        model.Blocks[1].Mlp.Linear2.weight!.Dispose();

        var failure = Assert.ThrowsAny<Exception>(() => model.call(zeros([1, 4], int64)));

        Assert.Contains("scribe.model.yaml:line 8", failure.StackTrace, StringComparison.Ordinal);
        Assert.Contains("scribe.model.yaml:line 14", failure.StackTrace, StringComparison.Ordinal);
        Assert.Contains("scribe.model.yaml:line 11", failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorOfTheWrongShapeIsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        using var network = SpecAssembly.Compile(Spec).Create();
        using var text = new Scribe();

        Assert.Contains(
            "Broken takes Float32 [batch, 6, 4]; it got Float32 [2, 6, 5].",
            Assert.Throws<ArgumentException>(() => network.call(randn(2, 6, 5))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Scribe reads 1 to 16 tokens at once",
            Assert.Throws<ArgumentException>(() => text.call(zeros([1, 17], int64))).Message,
            StringComparison.Ordinal
        );
    }

    private static void Break(nn.Module model, string module) =>
        model.named_parameters().Single(parameter => parameter.name == $"{module}.weight").parameter.Dispose();
}
