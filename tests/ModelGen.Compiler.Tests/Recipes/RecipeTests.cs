using ModelGen.Compiler.Tests.CSharp;

namespace ModelGen.Compiler.Tests.Recipes;

/// <summary>What recipes become, and what is said of those with mistakes.</summary>
public sealed class RecipeTests
{
    private const string Gpt = "model: Gpt\nfamily: transformer\ndata: { tokens: { context: 8 } }\nnetwork: [embed: 8, unembed]\nobjective: next-token\n";

    private const string Vae = "model: Vae\nfamily: vae\ndata: { image: [1, 6, 6] }\nlatent: 3\nencoder: [flatten, linear: 8]\ndecoder: [linear: 36, reshape: [1, 6, 6]]\nobjective: { elbo: { reconstruction: bernoulli } }\n";

    private const string Net = "model: Net\nfamily: network\ndata: { tensor: [4] }\nnetwork: [relu]\n";

    private const string Long = "run: Long\nmodel: Gpt\ntraining: { optimizer: { adamw: 1e-4 }, batch: 16, duration: 2 epochs }\n";

    [Fact]
    public void Try()
    {
        var code = Recipe.Code(Long, Gpt);
        var second = Recipe.Code("run: Strong\nmodel: Vae\nlet: { beta: 2 }\nobjective: { elbo: { beta: 2 * $beta } }\ntraining: { optimizer: { adamw: 1e-4 }, batch: 16, duration: 2 epochs }\n", Vae);
        CSharpCheck.IsClean([code, second, Tests.Spec.Code(Gpt), Tests.Spec.Code(Vae)]);
        Assert.Equal("", code + second + string.Join('\n', Recipe.Errors("run: Long\nmodel: Gtp\n", Gpt)) + string.Join('\n', Recipe.Errors(Long.Replace("Gpt", "Net"), Net)));
    }
}
