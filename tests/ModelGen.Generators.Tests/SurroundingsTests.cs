using ModelGen.Compiler.Language;

namespace ModelGen.Generators.Tests;

/// <summary>
/// That generated code compiles whatever the names around it are: namespaces, types, members, models, blocks and results.
/// </summary>
public sealed class SurroundingsTests
{
    /// <summary>What generated code calls by short names, and what these stand for.</summary>
    internal static readonly string[] Names =
    [
        "nn",
        "torch",
        "functional",
        "arithmetic",
        "modules",
        "Tensor",
        "GELU",
        "Linear",
        "Layers",
        "ModelGen",
        "TorchSharp",
        "System",
        "AdamWOptions",
        "CosineSchedule",
        "Duration",
        "TrainingOptions",
        "SamplingOptions",
        "LanguageModel",
        "Network",
        "Vae",
        "Gan",
        "GeneratedModule",
        "Recompute",
        "VectorQuantiser",
        "Objective",
        "Tokenizer",
        "Enumerable",
        "Math",
        "Device",
        "Module",
    ];

    private static readonly (string Name, string Spec)[] Models =
    [
        ("Writer", Specs.Transformer("Writer")),
        (
            "Drawer",
            "model: Drawer\nfamily: vae\ndata: { image: [1, 4, 4] }\nlatent: 3\nencoder: [{ conv: { channels: 2, kernel: 3, "
                + "padding: 1, spectral-norm: true } }, relu, flatten, linear: 8]\ndecoder: [linear: 16, reshape: [1, 4, "
                + "4]]\nobjective: { elbo: { reconstruction: bernoulli } }\ntraining: { optimizer: { adamw: 1e-3 }, batch: 4, duration: "
                + "2 epochs, validation: { every: 1 epoch } }\n"
        ),
        (
            "Game",
            "model: Game\nfamily: gan\ndata: { image: [1, 4, 4] }\nlatent: 3\ngenerator: [linear: 16, leaky-relu, reshape: [1, 4, "
                + "4], tanh]\ndiscriminator: [flatten, elu, minibatch-deviation: 4, linear: 1]\nobjective: non-saturating\ntraining: { "
                + "optimizer: { adamw: 1e-3 }, batch: 4, duration: 2 epochs }\n"
        ),
        (
            "All",
            "model: All\nfamily: network\ndata: { tensor: [4, 6] }\nprecision: bfloat16\ninputs: { memory: [S <= 3, 6] }\nstates: "
                + "{ total: [6] }\noutputs: [seen]\nblocks: { mlp: { layers: [linear: 6, gelu: tanh, { linear: 6, as: seen }] } "
                + "}\nnetwork:\n  - { repeat: 3, layers: [residual: [layer-norm, linear: 6]], recompute: true }\n  - { repeat: 2, "
                + "layers: [mlp], as: deep }\n  - { concat: { axis: 0 }, from: [deep, memory], as: wide }\n  - softplus\n  - permute: "
                + "[1, 0]\n  - global-pool\n  - { linear: 6, as: narrow }\n  - { add: , from: [narrow, total], as: total }\n  - "
                + "dropout: 0.1\n"
        ),
    ];

    public static TheoryData<string> EveryName => [.. Names];

    [Theory]
    [MemberData(nameof(EveryName))]
    public void ARootNamespaceMayHaveAnyName(string name) => IsClean(new SpecProject(name, "internal static class Program;"));

    [Theory]
    [MemberData(nameof(EveryName))]
    public void ANamespaceInsideAndAroundTheProjectsMayHaveAnyName(string name)
    {
        IsClean(new SpecProject("App", $"namespace App.{name} {{ internal static class Program; }}"));
        IsClean(new SpecProject($"{name}.App", $"namespace {name}.App {{ internal static class Program; }}"));
        IsClean(new SpecProject("App.Inner", $"namespace App.{name} {{ internal static class Program; }}"));
    }

    // Twice in one namespace with the models, once around it, and once as directives for the whole project.
    [Fact]
    public void TypesOfTheUsersMayHaveAnyName()
    {
        var types = string.Concat(Names.Select(static name => $"internal static class {name};\n"));

        IsClean(new SpecProject("App", $"#pragma warning disable CS8981\nnamespace App;\n{types}"));
        IsClean(new SpecProject("App.Inner", $"#pragma warning disable CS8981\nnamespace App;\n{types}"));
        IsClean(
            new SpecProject(
                "App",
                "#pragma warning disable CS8981\nglobal using Other;\nglobal using nn = Other.nn;\nglobal using Tensor = "
                    + $"Other.Tensor;\nnamespace Other {{ {types} }}"
            )
        );
    }

    [Theory]
    [InlineData("nn")]
    [InlineData("torch")]
    [InlineData("functional")]
    [InlineData("arithmetic")]
    [InlineData("Tensor")]
    [InlineData("GELU")]
    [InlineData("Duration")]
    [InlineData("AdamWOptions")]
    [InlineData("TrainingOptions")]
    public void MembersOfTheUsersOwnPartsMayHaveAnyName(string name) =>
        IsClean(
            new SpecProject(
                "App",
                "#pragma warning disable CS8981, CS1591\nnamespace "
                    + $"App;\n{string.Concat(Models.Select(model => $"public partial class {model.Name} {{ internal const int {name} = 1; }}\n"))}"
            )
        );

    [Fact]
    public void WithoutANamespaceTypesOfTheUsersMayHaveAnyNameButThoseOfOurNamespaces()
    {
        var types = string.Concat(
            Names.Except(["ModelGen", "TorchSharp", "System"]).Select(static name => $"internal static class {name};\n")
        );

        IsClean(new SpecProject("", $"#pragma warning disable CS8981\n{types}"));
        IsClean(new SpecProject("", $"#pragma warning disable CS8981\nglobal using nn = Other.nn;\nnamespace Other {{ {types} }}"));
    }

    // The operator of names, where anything else around the class has its name.
    [Theory]
    [InlineData("namespace App.nameof { internal static class Other; }")]
    [InlineData("namespace @nameof { internal static class Other; }")]
    [InlineData("namespace App; public partial class Writer { internal static int nameof(int one) => one; }")]
    public void NamesAreGivenAsTextWhereTheirOperatorIsHidden(string source) =>
        IsClean(new SpecProject("App", $"#pragma warning disable CS1591\n{source}"));

    [Fact]
    public void ANamespaceNamedAfterTheOperatorHidesItToo() => IsClean(new SpecProject("App.nameof", "internal static class Program;"));

    [Theory]
    [InlineData("ModelGen")]
    [InlineData("TorchSharp")]
    [InlineData("System")]
    public void ATypeThatHidesANamespaceOfGeneratedCodeIsToldAtTheModel(string name)
    {
        var build = new SpecProject("App", $"internal static class {name};").Write("/app/a.model.yaml", Specs.Network("M")).Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        Assert.Equal(
            $"MG3001: 'M' cannot be a model: generated code needs the namespace '{name}', which the type of that name in /app/Program.cs "
                + "hides; put the type into a namespace",
            $"{diagnostic.Id}: {diagnostic.GetMessage(null)}"
        );
        Assert.Equal(
            ("/app/a.model.yaml", 0),
            (diagnostic.Location.GetLineSpan().Path, diagnostic.Location.GetLineSpan().StartLinePosition.Line)
        );
        Assert.Empty(build.Sources);
        Assert.Empty(build.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("Acme", "internal enum Acme { One }", "Acme")]
    [InlineData("Acme.Deep.Models", "namespace Acme { internal static class Deep; }", "Deep")]
    public void ATypeWhereTheNamespaceHasToBeIsToldAtTheSpec(string rootNamespace, string source, string name)
    {
        var build = new SpecProject(rootNamespace, source).Write("/app/a.model.yaml", Specs.Network("M")).Run();

        Assert.Equal(
            $"'M' cannot be a model: its namespace is '{rootNamespace}', but /app/Program.cs has a type of the name '{name}'; rename the type, "
                + "or set the project's RootNamespace",
            Assert.Single(build.Diagnostics).GetMessage(null)
        );
        Assert.Empty(build.Sources);
        Assert.Empty(build.CompilerDiagnostics);
    }

    [Fact]
    public void AClassIsToldOfAHiddenNamespaceToo()
    {
        var build = new SpecProject(
            "App",
            "internal static class System; namespace App { using ModelGen; /// <summary>A model.</summary>\n[Network, Tensor(4)] public partial "
                + "class M { [Linear(2)] static partial LayerList NetworkLayers { get; } } }",
            new ClassGenerator()
        ).Run();

        Assert.Equal("MG3001", Assert.Single(build.Diagnostics).Id);
        Assert.Empty(build.CompilerDiagnostics);
    }

    // The classes of models stand beside each other.
    [Fact]
    public void ModelsMayHaveAnyName()
    {
        var project = new SpecProject();
        var names = Names.Where(static name => WordRules.ClassProblem(name) is null).ToList();
        for (var i = 0; i < names.Count; i++)
        {
            var (own, spec) = Models[i % Models.Length];
            project.Write($"/app/{names[i]}.model.yaml", spec.Replace($"model: {own}\n", $"model: {names[i]}\n", StringComparison.Ordinal));
        }

        var build = project.Run();
        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
        Assert.Equal(2 * names.Count, build.Sources.Count);
    }

    [Theory]
    [InlineData("ModelGen")]
    [InlineData("TorchSharp")]
    [InlineData("System")]
    [InlineData("Layers")]
    public void ANameThatNoModelCanHaveIsAMistakeOfTheSpec(string name)
    {
        var build = new SpecProject("").Write("/app/a.model.yaml", Specs.Network(name)).Run();

        Assert.Equal("MG2013", Assert.Single(build.Diagnostics).Id);
    }

    // Beside an operation of each kind that the names could hide.
    [Fact]
    public void ResultsAndBlocksMayHaveAnyName()
    {
        var words = Names
            .Select(static name => name.ToLowerInvariant())
            .Concat([
                "next",
                "block",
                "i",
                "output",
                "hidden",
                "x",
                "inputs",
                "output2",
                "positions",
                "adam-w-options",
                "training-options",
                "generated-module",
                "var",
                "await",
                "nameof",
                "field",
                "value",
                "dynamic",
                "record",
            ])
            .Except(Catalogue.Of<LayerWord>().Select(static word => word.Word))
            .Distinct()
            .ToList();
        var blocks = string.Concat(words.Select(static word => $"  {word}: {{ layers: [linear: 4, gelu: tanh, elu, dropout: 0.1] }}\n"));
        var layers = string.Concat(
            words.Select(static word =>
                $"  - {{ {word}: , as: {word}-block }}\n  - {{ linear: 4, as: {word} }}\n  - {{ add: , from: [{word}, {word}] }}\n"
            )
        );
        var build = new SpecProject()
            .Write(
                "/app/a.model.yaml",
                $"model: M\nfamily: network\ndata: {{ tensor: [4] }}\nblocks:\n{blocks}network:\n{layers}  - {{ repeat: 2, layers: "
                    + $"[gelu: tanh, elu] }}\n  - softplus\n"
            )
            .Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    // Short names are for people: only what is hidden is written in full.
    [Fact]
    public void WhereNothingIsHiddenNamesAreShort()
    {
        var sources = Written(new SpecProject()).Run().Sources;

        Assert.All(Models, model =>
            Assert.All(
                sources[$"{model.Name}.g.cs"].Split('\n').Where(static line => !line.StartsWith("using ", StringComparison.Ordinal)),
                static line => Assert.DoesNotContain("global::ModelGen", line, StringComparison.Ordinal)
            )
        );
    }

    private static SpecProject Written(SpecProject project) =>
        Models.Aggregate(project, static (all, model) => all.Write($"/app/{model.Name}.model.yaml", model.Spec));

    private static void IsClean(SpecProject project)
    {
        var build = Written(project).Run();
        Assert.Equal("", string.Join('\n', build.Diagnostics));
        Assert.Equal("", string.Join('\n', build.CompilerDiagnostics.Take(5)));
        Assert.Equal(2 * Models.Length, build.Sources.Count);
    }
}
