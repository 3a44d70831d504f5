using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>Classes of the user's own that a spec or a class names: what cannot be used is told where it is named.</summary>
public sealed class OwnTypeTests
{
    private const string Types = """
        #pragma warning disable CS1591
        using System;
        using ModelGen;
        using ModelGen.Losses;
        using TorchSharp;
        namespace App
        {
            public sealed class Mixer(long width) : torch.nn.Module<torch.Tensor, torch.Tensor>(nameof(Mixer))
            {
                public override torch.Tensor forward(torch.Tensor input) => input * width;
            }
        }
        namespace App.Deep
        {
            internal abstract class Half() : torch.nn.Module<torch.Tensor, torch.Tensor>("half");
            public sealed class Whole() : torch.nn.Module<torch.Tensor, torch.Tensor>("whole")
            {
                public override torch.Tensor forward(torch.Tensor input) => input;
            }
            public static class Around
            {
                public sealed class Inner() : torch.nn.Module<torch.Tensor, torch.Tensor>("inner")
                {
                    public override torch.Tensor forward(torch.Tensor input) => input;
                }
            }
            internal sealed class Hidden() : torch.nn.Module<torch.Tensor, torch.Tensor>("hidden")
            {
                public override torch.Tensor forward(torch.Tensor input) => input;
            }
            internal sealed record Far : SupervisedLoss
            {
                public override torch.Tensor PerSample(torch.Tensor output, torch.Tensor target) => output;
            }
            internal sealed record Nearness(double Unit) : ModelGen.Losses.SupervisedMetrics
            {
                public override System.Collections.Generic.IReadOnlyList<(string Name, torch.Tensor PerSample)> Measure(
                    torch.Tensor output,
                    torch.Tensor target
                ) => [("nearness", output / Unit)];
            }
        }

        """;

    private const string Head = "model: M\nfamily: network\ndata: { tensor: [4] }\n";

    [Theory]
    [InlineData("network: [module: App.Deep.Whole]\n")]
    [InlineData("network: [module: global::App.Deep.Whole]\n")]
    [InlineData("network: [module: App.Deep.Around.Inner]\n")]
    [InlineData("network: [module: { type: App.Mixer, arguments: [4] }]\n")]
    [InlineData("network: [module: { type: Mixer, arguments: [4] }]\n")]
    [InlineData("network: [linear: 2]\nobjective: { loss: App.Deep.Far }\n")]
    [InlineData("network: [linear: 2]\nobjective: mean-squared-error\nmetrics: { type: App.Deep.Nearness, arguments: [2] }\n")]
    public void WhatExistsCompiles(string spec)
    {
        var build = new SpecProject("App", Types).Write("/app/m.model.yaml", Head + spec).Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    [Theory]
    [InlineData(
        "network: [relu, module: App.Mxer]\n",
        "(4,25): MG2033: 'App.Mxer' cannot be used here: the project has no such class; declare it as a torch.nn.Module<torch.Tensor, "
            + "torch.Tensor>"
    )]
    [InlineData(
        "network: [relu, module: { type: App.Whole }]\n",
        "(4,33): MG2033: 'App.Whole' cannot be used here: the project has no such class; did you mean 'App.Deep.Whole'?"
    )]
    [InlineData("network: [module: App.Deep.Half]\n", "(4,19): MG2033: 'App.Deep.Half' cannot be used here: it is abstract")]
    [InlineData(
        "network: [module: App.Deep.Far]\n",
        "(4,19): MG2033: 'App.Deep.Far' cannot be used here: it does not extend torch.nn.Module<torch.Tensor, torch.Tensor>"
    )]
    [InlineData(
        "network: [module: App.Deep.Hidden]\n",
        "(4,19): MG2033: 'App.Deep.Hidden' cannot be used here: it is not public, but the model's class is; make it public, or bind the spec "
            + "to an internal class of yours with [Model]"
    )]
    [InlineData(
        "network: [linear: 2]\nobjective: { loss: { type: App.Deep.Whole } }\n",
        "(5,28): MG2033: 'App.Deep.Whole' cannot be used here: it does not extend ModelGen.Losses.SupervisedLoss"
    )]
    [InlineData(
        "network: [linear: 2]\nobjective: mean-squared-error\nmetrics: App.Deep.Far\n",
        "(6,10): MG2033: 'App.Deep.Far' cannot be used here: it does not extend ModelGen.Losses.SupervisedMetrics"
    )]
    [InlineData(
        "network: [relu, module: { type: App.Mixer, arguments: [4, 5] }]\n",
        "(4,33): MG2033: 'App.Mixer' cannot be used here: no constructor of it takes 2 argument(s); it has Mixer(long width)"
    )]
    [InlineData(
        "network: [linear: 2]\nobjective: mean-squared-error\nmetrics: { type: App.Deep.Nearness }\n",
        "(6,18): MG2033: 'App.Deep.Nearness' cannot be used here: no constructor of it takes 0 argument(s); it has Nearness(double Unit)"
    )]
    [InlineData(
        "network: [module: 3]\n",
        "(4,19): MG2005: 'module.type' expects the name of a class, with its namespace: Acme.Mixer; found '3'"
    )]
    public void WhatCannotBeUsedIsToldWhereItIsNamed(string spec, string message)
    {
        var build = new SpecProject("App", Types).Write("/app/m.model.yaml", Head + spec).Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        var place = diagnostic.Location.GetLineSpan().StartLinePosition;
        Assert.Equal(
            message,
            FormattableString.Invariant($"({place.Line + 1},{place.Character + 1}): {diagnostic.Id}: {diagnostic.GetMessage(null)}")
        );
        Assert.Empty(build.Sources);
    }

    // Inside 'App', the name 'App.Mixer' would be looked for in 'App.App'.
    [Fact]
    public void ANamespaceOfTheSameNameHidesNothing()
    {
        var build = new SpecProject("App", Types + "namespace App.App { internal static class Other; }")
            .Write("/app/m.model.yaml", Head + "network: [module: { type: App.Mixer, arguments: [4] }]\n")
            .Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    // Which types the constructor takes is the C# compiler's to say, at the layer.
    [Fact]
    public void WhatTheConstructorDoesNotTakeIsToldAtTheLayer()
    {
        var build = new SpecProject("App", Types)
            .Write("/app/m.model.yaml", Head + "network: [module: { type: App.Mixer, arguments: [4.5] }]\n")
            .Run();

        Assert.Empty(build.Diagnostics);
        var error = Assert.Single(build.Output.GetDiagnostics(), static found => found.DefaultSeverity == DiagnosticSeverity.Error);
        Assert.Equal(
            ("/app/m.model.yaml", 3),
            (error.Location.GetMappedLineSpan().Path, error.Location.GetMappedLineSpan().StartLinePosition.Line)
        );
    }

    [Fact]
    public void AnAttributeTellsToo()
    {
        var build = new SpecProject(
            "App",
            Types
                + "namespace App { [Network, Tensor(4)] public partial class M { [Module(typeof(Deep.Far))] static partial LayerList "
                + "NetworkLayers { get; } } }",
            new ClassGenerator()
        ).Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        Assert.Equal(
            "'App.Deep.Far' cannot be used here: it does not extend torch.nn.Module<torch.Tensor, torch.Tensor>",
            diagnostic.GetMessage(null)
        );
        Assert.Equal("typeof(Deep.Far)", diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan));
    }

    [Theory]
    [InlineData("gpt", "grpo: { reward: { own: App.Brief } }")]
    [InlineData("gpt", "grpo: { reward: { own: { type: App.Brief, arguments: [5] } } }")]
    [InlineData("sorter", "loss: App.Deep.Far")]
    public void ARecipeUsesWhatExists(string model, string objective)
    {
        var build = Recipe(model, objective);

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    [Theory]
    [InlineData(
        "gpt",
        "grpo: { reward: { own: App.Mixer } }",
        "(3,37): MG2033: 'App.Mixer' cannot be used here: it does not implement ModelGen.Rewards.IReward"
    )]
    [InlineData(
        "gpt",
        "grpo: { reward: { own: { type: App.Brief, arguments: [5, 6] } } }",
        "(3,45): MG2033: 'App.Brief' cannot be used here: no constructor of it takes 2 argument(s); it has Brief(double Most = 3)"
    )]
    [InlineData(
        "sorter",
        "loss: App.Deep.Whole",
        "(3,20): MG2033: 'App.Deep.Whole' cannot be used here: it does not extend ModelGen.Losses.SupervisedLoss"
    )]
    public void ARecipeTellsWhatItCannotUse(string model, string objective, string message)
    {
        var build = Recipe(model, objective);

        var diagnostic = Assert.Single(build.Diagnostics);
        var place = diagnostic.Location.GetLineSpan().StartLinePosition;
        Assert.Equal(
            message,
            FormattableString.Invariant($"({place.Line + 1},{place.Character + 1}): {diagnostic.Id}: {diagnostic.GetMessage(null)}")
        );
    }

    private static Build Recipe(string model, string objective) =>
        new SpecProject("App", Types + Reward, new SpecGenerator(), new RecipeGenerator())
            .Write(
                "/app/gpt.model.yaml",
                "model: Gpt\nfamily: transformer\ndata: { tokens: { context: 8, end-token: <end> } }\nnetwork: [embed: 8, unembed]\n"
                    + "objective: next-token\n"
            )
            .Write(
                "/app/sorter.model.yaml",
                "model: Sorter\nfamily: network\ndata: { tensor: [4] }\nnetwork: [linear: 2]\nobjective: cross-entropy\n"
            )
            .Write(
                "/app/r.run.yaml",
                $"run: Long\nmodel: {(model == "gpt" ? "Gpt" : "Sorter")}\nobjective: {{ {objective} }}\n"
                    + "training: { optimizer: { adamw: 1e-4 }, batch: 16, duration: 2 epochs }\n"
            )
            .Run();

    private const string Reward = """
        namespace App
        {
            internal sealed record Brief(double Most = 3) : ModelGen.Rewards.IReward
            {
                public System.Collections.Generic.IReadOnlyList<double> Score(
                    System.Collections.Generic.IReadOnlyList<ModelGen.Rewards.WrittenAnswer> answers
                ) => System.Array.ConvertAll(new double[answers.Count], one => Most);
            }
        }

        """;
}
