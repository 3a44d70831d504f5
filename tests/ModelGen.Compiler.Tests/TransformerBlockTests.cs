using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Tests.CSharp;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests;

/// <summary>That <c>transformer-block</c> is the layers that it is short for: in published models, and in what it reports.</summary>
public sealed class TransformerBlockTests
{
    private const string Gpt2 = """
          - repeat: 12
            layers:
              - residual: [layer-norm, self-attention: { heads: 12, causal: true }]
              - residual: [layer-norm, linear: 4 * 768, gelu: tanh, linear: 768]

        """;

    private const string Llama = """
          - repeat: 6
            layers:
              - residual:
                  - rms-norm: { epsilon: 1e-5 }
                  - self-attention: { heads: 6, positions: rotary, causal: true, bias: false }
              - residual:
                  - rms-norm: { epsilon: 1e-5 }
                  - gated-linear: { features: 768, bias: false }
                  - linear: { features: 288, bias: false }

        """;

    private const string MiniLm = """
          - repeat: 6
            layers:
              - residual: [self-attention: 12]
              - layer-norm: { epsilon: 1e-12 }
              - residual: [linear: 4 * 384, gelu, linear: 384]
              - layer-norm: { epsilon: 1e-12 }

        """;

    /// <summary>The same code, layer table included, with the same fingerprint, names of weights and table of the published layout.</summary>
    [Theory]
    [InlineData("gpt2", "  - layer-norm\n", Gpt2)]
    [InlineData("llama-15m", "  - rms-norm: ", Llama)]
    [InlineData("minilm", null, MiniLm)]
    public void IsTheSameModelAsItsLayersWrittenOut(string name, string? next, string layers)
    {
        var text = Repository.Read($"examples/Pretrained/{name}.model.yaml").ReplaceLineEndings("\n");
        var start = text.IndexOf("  - repeat: ", StringComparison.Ordinal);
        var end = next is null ? text.Length : text.IndexOf(next, start, StringComparison.Ordinal);
        var written = text[..start] + layers.ReplaceLineEndings("\n") + text[end..];
        Assert.Contains("transformer-block", text[start..end], StringComparison.Ordinal);

        AssertSame(written, text);

        var (first, second) = (Build(written), Build(text));
        Assert.Equal(Fingerprint.Of(first), Fingerprint.Of(second));
        Assert.Equal(first.Root.State().Select(static entry => entry.Name), second.Root.State().Select(static entry => entry.Name));
        Assert.Equal(first.Weights!.Links, second.Weights!.Links);
    }

    [Theory]
    [InlineData("transformer-block: 2", "residual: [layer-norm, self-attention: 2], residual: [layer-norm, linear: 32, gelu, linear: 8]")]
    [InlineData(
        "transformer-block: { heads: 2, dropout: 0.1, activation: relu, hidden: 5 }",
        "residual: [layer-norm, self-attention: { heads: 2, dropout: 0.1 }, dropout: 0.1], "
            + "residual: [layer-norm, linear: 5, relu, linear: 8, dropout: 0.1]"
    )]
    [InlineData(
        "transformer-block: { heads: 2, initialiser: { normal: 0.1 } }",
        "residual: [layer-norm, self-attention: { heads: 2, initialiser: { normal: 0.1 } }], "
            + "residual: [layer-norm, linear: { features: 32, initialiser: { normal: 0.1 } }, gelu, "
            + "linear: { features: 8, initialiser: { normal: 0.1 } }]"
    )]
    [InlineData(
        "transformer-block: { heads: 2, hidden: 5, gated: true, initialiser: xavier-uniform }",
        "residual: [layer-norm, self-attention: { heads: 2, initialiser: xavier-uniform }], "
            + "residual: [layer-norm, gated-linear: { features: 5, initialiser: xavier-uniform }, "
            + "linear: { features: 8, initialiser: xavier-uniform }]"
    )]
    [InlineData(
        "transformer-block: { heads: 2, key-value-heads: 1, window: 3, query-key-norm: true, gated: true, activation: gelu, order: post, "
            + "bias: false, positions: alibi, norm: rms-norm }",
        "residual: [self-attention: { heads: 2, key-value-heads: 1, window: 3, query-key-norm: true, positions: alibi, bias: false }], "
            + "rms-norm, residual: [gated-linear: { features: 32, activation: gelu, bias: false }, linear: { features: 8, bias: false }], "
            + "rms-norm"
    )]
    public void IsItsLayersInAList(string block, string layers)
    {
        AssertSame(Network(layers), Network(block));
        AssertSame(Network($"{layers}, residual: [{layers}]"), Network($"{block}, residual: [{block}]"));
        CSharpCheck.IsClean(Spec.Sources(Network(block)));
    }

    [Fact]
    public void ItsResultCanBeNamedAndUsedAgain() =>
        CSharpCheck.IsClean(
            Spec.Sources(
                Network(
                    "linear: 8, { transformer-block: 2, as: seen }, { transformer-block: 2, from: seen, as: more }, { add: , from: [seen, more] }"
                )
            )
        );

    // The weights that end residuals start smaller the more residuals there are.
    [Fact]
    public void ItsResidualsAreCounted() =>
        AssertSame(
            Transformer(
                "residual: [layer-norm, self-attention: { heads: 2, causal: true }], residual: [layer-norm, linear: 32, gelu, linear: 8]"
            ),
            Transformer("transformer-block: { heads: 2, causal: true }")
        );

    [Theory]
    [InlineData(
        "heads: 3",
        "(4,39): MG2006: 'self-attention.heads' is 3; it must be a divisor of the width 8 (in the block 'transformer-block' as used on line 4)"
    )]
    [InlineData(
        "heads: 2, key-value-heads: 3",
        "(4,59): MG2006: 'self-attention.key-value-heads' is 3; it must be a divisor of the 2 heads (in the block 'transformer-block' as used "
            + "on line 4)"
    )]
    [InlineData("heads: 2, positions: rotory", "(4,53): MG2002: 'rotory' is not a position encoding; did you mean 'rotary'?")]
    [InlineData(
        "heads: 2, gated: true, activation: { gelu: tanh }",
        "(4,67): MG2023: 'gated' takes 'gelu' without arguments; remove them, or write the layers out"
    )]
    public void ReportsAtItsOwnPlace(string arguments, string error) =>
        Assert.Equal(error, Spec.Error(Network($"transformer-block: {{ {arguments} }}")));

    [Fact]
    public void NeedsASequenceOfVectors()
    {
        const string Start = "model: M\nfamily: network\ndata: ";

        Assert.StartsWith(
            "(4,11): MG2007: self-attention needs a sequence [T, n]; it gets [8]",
            Spec.Error(Start + "{ tensor: [8] }\nnetwork: [transformer-block: 2]\n"),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "(4,11): MG2007: transformer-block needs numbers; it gets ",
            Spec.Error(Start + "{ tokens: { context: 4 } }\nnetwork: [transformer-block: 2]\n"),
            StringComparison.Ordinal
        );
    }

    private static void AssertSame(string written, string block) => Assert.Equal(Code(written), Code(block));

    // Where the layers were written differs.
    private static IEnumerable<string> Code(string spec) =>
        Spec.Code(spec).Split('\n').Where(static line => !line.StartsWith("#line", StringComparison.Ordinal));

    private static string Network(string layers) => $"model: M\nfamily: network\ndata: {{ tensor: [5, 8] }}\nnetwork: [{layers}]\n";

    private static string Transformer(string layers) =>
        $"model: M\nfamily: transformer\ndata: {{ tokens: {{ context: 4 }} }}\nnetwork: [embed: 8, {layers}, unembed]\n"
        + "objective: next-token\n";

    private static ModelGraph Build(string yaml)
    {
        var parsed = SpecCompiler.Parse(yaml);
        Assert.Empty(parsed.Diagnostics);
        var errors = new List<GraphError>();
        var model = Family.Of(parsed.Spec!).Build(parsed.Spec!, errors);
        Assert.Empty(errors);
        return model!;
    }
}
