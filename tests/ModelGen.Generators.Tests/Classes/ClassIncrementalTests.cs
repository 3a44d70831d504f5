using static Microsoft.CodeAnalysis.IncrementalStepRunReason;
using Steps = ModelGen.Generators.ClassGenerator.Steps;

namespace ModelGen.Generators.Tests.Classes;

public sealed class ClassIncrementalTests
{
    private const string Source = """
        using ModelGen;
        namespace App;

        /// <summary>First.</summary>
        [Network, Tensor(4)]
        public partial class Alpha
        {
            [Linear(8), Residual(nameof(Branch))]
            static partial LayerList NetworkLayers { get; }

            [Linear(8), Relu]
            static partial LayerList Branch { get; }
        }

        /// <summary>Second.</summary>
        [Transformer, Tokens(16), NextToken]
        [Training(Batch = 4, Duration = "100 steps"), AdamW(1e-3)]
        internal partial class Beta
        {
            [Embed(8), Unembed]
            static partial LayerList NetworkLayers { get; }

            private static int Helper() => 1;
        }

        """;

    private static readonly string[] AllSteps = [Steps.Class, Steps.Model, Steps.Code, Steps.Source];

    [Fact]
    public void ASecondBuildDoesNothing()
    {
        var project = Project();
        var first = project.Run();
        var second = project.Run();

        Assert.All(AllSteps, step => Assert.All(second.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged)));
        Assert.All(second.OutputReasons, static reason => Assert.Equal(Cached, reason));
        Assert.Equal(first.Sources, second.Sources);
        Assert.Equal(
            [
                "App.Alpha.Layers.g.cs",
                "App.Alpha.SourceMap.g.cs",
                "App.Alpha.g.cs",
                "App.Beta.Layers.g.cs",
                "App.Beta.SourceMap.g.cs",
                "App.Beta.g.cs",
            ],
            second.Sources.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Empty(second.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("=> 1;", "=> 1 + 1;")]
    [InlineData("Second.", "The second one.")]
    [InlineData("Tensor(4)", "Tensor( 4 )")]
    [InlineData("Tensor(4)", "Tensor(2 + 2)")]
    [InlineData("Tokens(16)", "Tokens(Context = 16)")]
    [InlineData("100 steps", "100  steps")]
    public void WhatMovesNoLayerAndMeansTheSameRegeneratesNothing(string old, string @new)
    {
        var project = Project();
        var before = project.Run().Sources;
        project.WriteCode(Source.Replace(old, @new, StringComparison.Ordinal));
        var build = project.Run();

        Assert.All([Steps.Model, Steps.Code, Steps.Source], step =>
            Assert.All(build.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged))
        );
        Assert.All(build.OutputReasons, static reason => Assert.Equal(Cached, reason));
        Assert.Equal(before, build.Sources);
    }

    [Fact]
    public void ALineAboveAClassChangesItsLinesAlone()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.WriteCode(Source.Replace("/// <summary>Second", "\n/// <summary>Second", StringComparison.Ordinal));
        var build = project.Run();

        Assert.All([Steps.Model, Steps.Code], step =>
            Assert.All(build.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged))
        );
        Assert.Equal([Unchanged, Modified], build.Reasons(Steps.Source).Select(static reason => reason == Cached ? Unchanged : reason));
        Assert.All(["App.Alpha.g.cs", "App.Alpha.SourceMap.g.cs", "App.Alpha.Layers.g.cs", "App.Beta.Layers.g.cs"], name =>
            Assert.Equal(before[name], build.Sources[name])
        );
        var changed = before["App.Beta.g.cs"]
            .Split('\n')
            .Zip(build.Sources["App.Beta.g.cs"].Split('\n'))
            .Where(static pair => pair.First != pair.Second)
            .ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed, static pair => Assert.Equal(Specs.WithoutPlaces(pair.First), Specs.WithoutPlaces(pair.Second)));
    }

    [Fact]
    public void AChangedValueChangesOneClass()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.WriteCode(Source.Replace("Embed(8)", "Embed(6)", StringComparison.Ordinal));
        var build = project.Run();

        Assert.Equal([Unchanged, Modified], build.Reasons(Steps.Model).Select(static reason => reason == Cached ? Unchanged : reason));
        Assert.Equal([Cached, Modified], build.Reasons(Steps.Code));
        Assert.Equal([Unchanged, Modified], build.Reasons(Steps.Source).Select(static reason => reason == Cached ? Unchanged : reason));
        Assert.All(["App.Alpha.g.cs", "App.Alpha.SourceMap.g.cs", "App.Alpha.Layers.g.cs", "App.Beta.Layers.g.cs"], name =>
            Assert.Equal(before[name], build.Sources[name])
        );
        Assert.NotEqual(before["App.Beta.g.cs"], build.Sources["App.Beta.g.cs"]);
    }

    [Fact]
    public void AMistakeTakesTheModelAndLeavesTheListsOfLayers()
    {
        var project = Project();
        project.WriteCode(Source.Replace("Embed(8)", "Embed(0)", StringComparison.Ordinal));

        Assert.Equal(
            ["App.Alpha.Layers.g.cs", "App.Alpha.SourceMap.g.cs", "App.Alpha.g.cs", "App.Beta.Layers.g.cs"],
            project.Run().Sources.Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void ClassesOfOneNameAreKeptApart()
    {
        var project = new SpecProject(
            source: """
            namespace One { using ModelGen; /** <summary>A.</summary> */ [Network, Tensor(4)] public partial class Twin { [Relu] static partial LayerList NetworkLayers { get; } } }
            namespace Two { using ModelGen; /** <summary>B.</summary> */ [Network, Tensor(4)] public partial class Twin { [Gelu] static partial LayerList NetworkLayers { get; } }
                            /** <summary>C.</summary> */ [Network, Tensor(4)] public partial class TWIN { [Tanh] static partial LayerList NetworkLayers { get; } } }
            """,
            generator: new ClassGenerator()
        );
        var build = project.Run();

        Assert.Empty(build.CompilerDiagnostics);
        Assert.Empty(project.Analyze());
        Assert.Equal(
            ["One.Twin.g.cs", "Two.TWIN.g.cs", "Two.Twin.2.g.cs"],
            build
                .Sources.Keys.Where(static name =>
                    !name.Contains("Layers", StringComparison.Ordinal) && !name.Contains("SourceMap", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void StepsKeepNothingOfTheCompiler()
    {
        var project = Project();
        project.WriteCode(Source.Replace("Embed(8)", "Embed(0), Rellu, Linear(Initialiser = \"normal: [\")", StringComparison.Ordinal));

        IncrementalTests.HoldsNothingOfTheCompiler(project.Run(), AllSteps);
    }

    private static SpecProject Project() => new(source: Source, generator: new ClassGenerator());
}
