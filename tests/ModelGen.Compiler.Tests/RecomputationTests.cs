using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Tests.CSharp;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests;

/// <summary>What <c>recompute</c> changes in the generated code, and that it is nothing else.</summary>
public sealed class RecomputationTests
{
    private const string Plain = """
        model: Deep
        family: transformer
        data: { tokens: { context: 8 } }
        blocks: { mlp: { parameters: [n], layers: [linear: $n, gelu, linear: 4] } }
        network:
          - embed: 4
          - { repeat: 2, layers: [residual: [layer-norm, mlp: 8], layer-norm] }
          - { mlp: 6, as: tail }
          - unembed
        objective: next-token

        """;

    [Fact]
    public void OnlyTheCallsOfMarkedPartsChange()
    {
        var marked = Plain
            .Replace("layer-norm] }", "layer-norm], recompute: true }", StringComparison.Ordinal)
            .Replace("mlp: 6,", "mlp: 6, recompute: true,", StringComparison.Ordinal);
        var (before, after) = (Operations(Plain), Operations(marked));

        var changed = before.Zip(after).Where(static pair => pair.First != pair.Second).ToList();
        Assert.Equal(before.Count, after.Count);
        Assert.Equal(["block.call(x)", "Tail.call(x)"], changed.Select(static pair => pair.First));
        Assert.Equal(["Recompute.Call(block, x)", "Recompute.Call(Tail, x)"], changed.Select(static pair => pair.Second));
        CSharpCheck.IsClean(Spec.Sources(marked));
    }

    // Weights and runs fit a model whose activations are kept otherwise.
    [Fact]
    public void TheFingerprintStays()
    {
        var marked = Plain.Replace("layer-norm] }", "layer-norm], recompute: true }", StringComparison.Ordinal);
        Assert.Equal(Hash(Plain), Hash(marked));
    }

    [Fact]
    public void FalseIsWhatNothingIs()
    {
        var written = Plain
            .Replace("layer-norm] }", "layer-norm], recompute: false }", StringComparison.Ordinal)
            .Replace("mlp: 6,", "mlp: 6, recompute: false,", StringComparison.Ordinal);
        Assert.Equal(SpecCompiler.Parse(Plain).Spec, SpecCompiler.Parse(written).Spec);
    }

    private static string Hash(string spec)
    {
        var parsed = SpecCompiler.Parse(spec).Spec!;
        return Fingerprint.Of(Family.Of(parsed).Build(parsed, [])!);
    }

    private static List<string> Operations(string spec) =>
        [
            .. Spec.Code(spec)
                .Split('\n')
                .Select(static line => line.Trim())
                .Where(static line => line.StartsWith("var ", StringComparison.Ordinal))
                .Select(static line =>
                    line[(line.IndexOf('=', StringComparison.Ordinal) + 2)..line.IndexOf(';', StringComparison.Ordinal)]
                ),
        ];
}
