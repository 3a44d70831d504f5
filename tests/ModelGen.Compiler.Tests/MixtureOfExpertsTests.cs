using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests;

/// <summary>What a mixture of experts costs, what it refuses, and what it says.</summary>
public sealed class MixtureOfExpertsTests
{
    // 12 vectors of 4: the router has 8 weights per expert, an expert 4 · 6 + 6 and 6 · 4 + 4.
    [Fact]
    public void ItHasTheWeightsOfAllExpertsAndTheArithmeticOfTheTopK()
    {
        var model = Model("mixture-of-experts: { experts: 5, top-k: 2, layers: [linear: 6, gelu, linear: 4] }");
        Assert.Equal((5 * 4) + (5 * 58), model.Root.ParameterCount);
        Assert.Equal(12 * ((5 * 4) + (2 * 48)), model.Root.MultiplyAdds.Evaluate(new Dictionary<string, long>()));
        Assert.Equal(
            ["router.weight", "experts.0.linear.weight", "experts.0.linear.bias", "experts.0.linear2.weight", "experts.0.linear2.bias"],
            model.Root.State().Take(5).Select(static entry => entry.Name["mixture_of_experts.".Length..])
        );
        Assert.Equal("experts.4.linear2.bias", model.Root.State().Last().Name["mixture_of_experts.".Length..]);

        // 12 vectors, two experts each. An expert keeps what gelu and its second layer read, and holds the gradients of what that layer reads
        // and gives; besides it has its input and its result. The mixture keeps its input, the loss its result, which has a gradient.
        var bytes = Activations.Bytes([model.Root], new Dictionary<string, long>());
        Assert.Equal(sizeof(float) * 12 * ((2 * ((6 + 6 + 6 + 4) + 4 + 4)) + 4 + 4 + 4), bytes);
    }

    [Fact]
    public void ItsExpertsWorkInThePrecisionOfTheModelAndItsRouterInFloat32()
    {
        var code = Spec.Code(
            Text("mixture-of-experts: { experts: 3, layers: [linear: 4] }")
                .Replace("family: network", "family: network\nprecision: bfloat16", StringComparison.Ordinal)
        );
        Assert.Contains("Router.Mix(input, Experts);", code, StringComparison.Ordinal);
        Assert.Contains("/* [B, 4] bfloat16 */", code, StringComparison.Ordinal);
        Assert.Matches(@"mixture-of-experts +\[12, 4\] +72 +528  bfloat16", code);
    }

    [Theory]
    [InlineData("experts: 4, top-k: 4, layers: [linear: 4]", "'mixture-of-experts.top-k' is 4; it must be less than the 4 experts")]
    [InlineData(
        "experts: 4, layers: [linear: 4, batch-norm]",
        "cannot contain a layer that mixes them: batch-norm takes its statistics over the whole batch"
    )]
    [InlineData("experts: 4, layers: [reshape: [2, 2]]", "needs layers that give a vector [m]; they give [2, 2]")]
    [InlineData(
        "experts: 4, layers: [{ linear: 4, as: seen }]",
        "its layers can neither take nor give 'seen', which belongs to whole samples"
    )]
    public void WhatCannotBeMixedIsRefused(string arguments, string expected)
    {
        var text = Text($"mixture-of-experts: {{ {arguments} }}");
        text = arguments.Contains("seen", StringComparison.Ordinal)
            ? text.Replace("network:", "outputs: [seen]\nnetwork:", StringComparison.Ordinal)
            : text;
        Assert.Contains(expected, Spec.Error(text), StringComparison.Ordinal);
    }

    private static string Text(string layer) => $"model: Mixed\nfamily: network\ndata: {{ tensor: [12, 4] }}\nnetwork:\n  - {layer}\n";

    private static Graph.ModelGraph Model(string layer)
    {
        var parsed = SpecCompiler.Parse(Text(layer)).Spec!;
        return Family.Of(parsed).Build(parsed, [])!;
    }
}
