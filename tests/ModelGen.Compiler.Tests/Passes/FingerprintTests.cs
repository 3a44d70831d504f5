using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Passes;

/// <summary>That a fingerprint is the architecture's: what a model computes, and nothing of how that is written.</summary>
public sealed class FingerprintTests
{
    private const string Model = """
        model: Scribe
        family: transformer
        data: { tokens: { context: 8 } }
        network:
          - embed: 8
          - residual: [layer-norm, { repeat: 2, layers: [linear: 8, gelu] }]
          - unembed
        objective: next-token

        """;

    // Another value here makes every checkpoint that there is one of another model.
    [Fact]
    public void StaysWhatItIs() => Assert.Equal("a2d387fc7a7531958fc8bfec4b5769a0f048f5f6076ac13cca1d84ed8a174b75", Hash(Model));

    [Theory]
    [InlineData("model: Scribe", "model: Another")]
    [InlineData("family: transformer", "family: transformer\ninitialiser: { normal: 0.3 }")]
    [InlineData("family: transformer", "family: transformer\nprecision: bfloat16")]
    [InlineData(
        "{ repeat: 2, layers: [linear: 8, gelu] }",
        "{ repeat: 2, layers: [linear: { features: 8, initialiser: orthogonal }, gelu] }"
    )]
    [InlineData("{ repeat: 2, layers: [linear: 8, gelu] }", "{ repeat: 2, layers: [linear: 8, gelu], recompute: true }")]
    public void IsNotOfWhatChangesNoResult(string part, string other) =>
        Assert.Equal(Hash(Model), Hash(Model.Replace(part, other, StringComparison.Ordinal)));

    [Theory]
    [InlineData("gelu", "gelu: tanh")]
    [InlineData("gelu", "relu")]
    [InlineData("layer-norm", "layer-norm: { epsilon: 1e-6 }")]
    [InlineData("repeat: 2", "repeat: 3")]
    [InlineData("linear: 8,", "linear: { features: 8, bias: false },")]
    [InlineData("context: 8", "context: 9")]
    [InlineData("linear: 8,", "{ linear: 8, as: other },")]
    [InlineData("  - unembed\n", "  - unembed: { tied: false }\n")]
    public void IsOfEveryArgumentAndNameOfState(string part, string other) =>
        Assert.NotEqual(Hash(Model), Hash(Model.Replace(part, other, StringComparison.Ordinal)));

    private static string Hash(string spec)
    {
        var parsed = SpecCompiler.Parse(spec);
        Assert.Empty(parsed.Diagnostics);
        var model = Family.Of(parsed.Spec!).Build(parsed.Spec!, [])!;
        MixedPrecision.Apply(model);
        return Fingerprint.Of(model);
    }
}
