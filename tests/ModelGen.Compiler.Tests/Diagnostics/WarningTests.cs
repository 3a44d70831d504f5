using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Compiler.Tests.Diagnostics;

/// <summary>Warnings leave the model as it is, and a spec that means what it says can allow them.</summary>
public sealed class WarningTests
{
    private const string Squashed =
        "model: M\nfamily: gan\ndata: { image: [1, 4, 4] }\nlatent: 2\ngenerator: [linear: 16, sigmoid, reshape: [1, 4, 4]]\n"
        + "discriminator: [flatten, linear: 1, sigmoid]\nobjective: non-saturating\n"
        + "training: { optimizer: { adam: 1e-3 }, batch: 4, duration: 2 epochs }\n";

    [Fact]
    public void AModelIsGeneratedAllTheSame()
    {
        var compiled = SpecCompiler.Compile(Squashed, "m.model.yaml", "App");

        Assert.NotNull(compiled.Code);
        Assert.Equal(
            [
                "m.model.yaml(5,25): warning MG4002: sigmoid gives values from 0 to 1, but the discriminator sees the data rescaled to values "
                    + "from -1 to 1; end in 'tanh', or allow MG4002 if it is meant",
                "m.model.yaml(6,37): warning MG4001: sigmoid gives values from 0 to 1, but 'non-saturating' takes logits, to which it applies "
                    + "the sigmoid itself; remove the layer, or allow MG4001 if it is meant",
            ],
            compiled.Diagnostics.Select(static diagnostic => diagnostic.Format("m.model.yaml"))
        );
    }

    [Fact]
    public void OnlyWhatIsAllowedIsSilent()
    {
        Assert.Equal(["MG4001"], Ids("allow: [MG4002]\n" + Squashed));
        Assert.Empty(Ids("allow: [MG4002, MG4001]\n" + Squashed));
        Assert.Equal(
            SpecCompiler.Compile(Squashed, "m.model.yaml", "App").Code!.Model.Split("#line")[0],
            SpecCompiler.Compile(Squashed + "allow: [MG4002, MG4001]\n", "m.model.yaml", "App").Code!.Model.Split("#line")[0]
        );
    }

    // What fits, and what nothing is known of, is left alone.
    [Theory]
    [InlineData("generator: [linear: 16, reshape: [1, 4, 4], tanh]\ndiscriminator: [flatten, linear: 1]\nobjective: hinge\n")]
    [InlineData("generator: [linear: 16, reshape: [1, 4, 4]]\ndiscriminator: [flatten, linear: 1]\nobjective: least-squares\n")]
    [InlineData(
        "generator: [linear: 16, tanh, reshape: [1, 4, 4]]\ndiscriminator: [sigmoid, flatten, residual: [linear: 16, sigmoid], linear: 1]\n"
            + "objective: wasserstein\n"
    )]
    [InlineData(
        "generator: [linear: 16, batch-norm, reshape: [1, 4, 4]]\ndiscriminator: [conv: { channels: 2, kernel: 3, spectral-norm: true }, "
            + "flatten, linear: 1]\nobjective: relativistic\n"
    )]
    [InlineData(
        "generator: [linear: 16, reshape: [1, 4, 4]]\ndiscriminator: [batch-norm, flatten, linear: 1]\n"
            + "objective: { wasserstein: { gradient-penalty: 0 } }\n"
    )]
    public void WhatFitsIsLeftAlone(string players) =>
        Assert.Empty(
            Ids(
                $"model: M\nfamily: gan\ndata: {{ image: [1, 4, 4] }}\nlatent: 2\n{players}"
                    + "training: { optimizer: { adam: 1e-3 }, batch: 4, duration: 2 epochs }\n"
            )
        );

    // The bound of an output is found behind layers that only rearrange, and in classes of repeated layers.
    [Theory]
    [InlineData("linear: 16, sigmoid, dropout: 0.1, reshape: [1, 4, 4], permute: [0, 2, 1]")]
    [InlineData("repeat: { count: 2, layers: [linear: 16, sigmoid] }, reshape: [1, 4, 4]")]
    [InlineData("linear: 4, reshape: [1, 2, 2], softplus, upsample: 2, max-pool: 1")]
    public void TheBoundIsFoundWhereItComesFrom(string decoder) =>
        Assert.Equal(
            ["MG4001"],
            Ids(
                "model: M\nfamily: vae\ndata: { image: [1, 4, 4] }\nlatent: 2\nencoder: [flatten]\n"
                    + $"decoder: [{decoder.Replace("repeat: { count: 2, layers", "{ repeat: 2, layers", StringComparison.Ordinal)}]\n"
                    + "objective: { elbo: { reconstruction: bernoulli } }\n"
                    + "training: { optimizer: { adam: 1e-3 }, batch: 4, duration: 2 epochs }\n"
            )
        );

    [Fact]
    public void EveryWarningSaysHowToAllowIt() => Assert.All(Rules.All.Where(static rule => rule.IsWarning), static rule =>
        {
            Assert.Contains($"allow {rule.Id} if it is meant", rule.Message, StringComparison.Ordinal);
            Assert.Contains($"'allow: [{rule.Id}]' in a spec, '#pragma warning disable {rule.Id}'", rule.Fix, StringComparison.Ordinal);
        });

    private static IEnumerable<string> Ids(string spec) =>
        SpecCompiler.Compile(spec, "m.model.yaml", "App").Diagnostics.Select(static diagnostic => diagnostic.Rule.Id);
}
