using System.Text.RegularExpressions;
using ModelGen.Compiler.Tests.CSharp;

namespace ModelGen.Compiler.Tests;

/// <summary>Which weights of a residual start smaller, so that the sum over all residuals stays in bounds: the last of each.</summary>
public sealed partial class BranchInitialiserTests
{
    private const string Small = "0.011547005383792516";

    [Theory]
    [InlineData("linear: 8, linear: 8", "0.02", Small)]
    [InlineData("{ repeat: 2, layers: [linear: 8] }", "0.02", Small)]
    [InlineData("{ repeat: 3, layers: [linear: 8] }", "0.02", Small)]
    [InlineData("{ repeat: 1, layers: [linear: 8] }", Small)]
    [InlineData("{ repeat: 2, layers: [{ repeat: 2, layers: [linear: 8] }] }", "0.02", "0.02", Small)]
    [InlineData("{ repeat: 2, layers: [linear: 8] }, linear: 8", Small, "0.02")]
    public void TheLastWeightOfAResidualIsTheSmallOne(string layers, params string[] deviations)
    {
        var code = Spec.Sources(Transformer(layers));

        Assert.Equal(deviations, Deviations(code.Model));
        CSharpCheck.IsClean(code);
    }

    // Classes differ only where something in them does.
    [Fact]
    public void RepetitionsThatStartAlikeShareAClass()
    {
        const string Layers = "{ repeat: 2, layers: [linear: 8] }";

        Assert.Equal(["0.3"], Deviations(Spec.Code("initialiser: { normal: 0.3 }\n" + Transformer(Layers))));
        Assert.DoesNotContain(
            "class Block2",
            Spec.Code($"model: M\nfamily: network\ndata: {{ tensor: [8] }}\nnetwork: [residual: [layer-norm, {Layers}]]\n"),
            StringComparison.Ordinal
        );
    }

    // Three residuals, of which the first is looked at.
    private static string Transformer(string layers) =>
        "model: M\nfamily: transformer\ndata: { tokens: { context: 4 } }\nnetwork: [embed: 8, residual: [layer-norm, "
        + $"{layers}], residual: [relu], residual: [relu], unembed]\nobjective: next-token\n";

    // In the order of the text: the model's own class, then those inside it in the order in which they are made.
    private static IEnumerable<string> Deviations(string code) => Deviation().Matches(code).Select(static match => match.Groups[1].Value);

    [GeneratedRegex(@"normal_\(Linear\d*\.weight!, mean: 0, std: ([^)]*)\)")]
    private static partial Regex Deviation();
}
