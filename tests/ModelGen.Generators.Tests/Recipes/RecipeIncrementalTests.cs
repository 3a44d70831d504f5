using Microsoft.CodeAnalysis.Text;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;
using Steps = ModelGen.Generators.RecipeGenerator.Steps;

namespace ModelGen.Generators.Tests.Recipes;

/// <summary>What is made anew when a recipe, its model or something else is edited.</summary>
public sealed class RecipeIncrementalTests
{
    private const string A = "/app/a.run.yaml";
    private const string B = "/app/b.run.yaml";
    private const string Model = "/app/alpha.model.yaml";
    private const string Other = "/app/beta.model.yaml";

    private const string Untrained = "/app/delta.model.yaml";

    private const string Source = """
        using ModelGen;
        namespace App;

        /// <summary>A model.</summary>
        [Transformer, Tokens(16), NextToken]
        public partial class Gamma
        {
            [Embed(8), Unembed]
            static partial LayerList NetworkLayers { get; }
        }

        /// <summary>A recipe.</summary>
        [Recipe(typeof(Gamma)), Training(Batch = 4, Duration = "100 steps"), AdamW(1e-3)]
        public static partial class Slow
        {
            private static int Helper() => 1;
        }

        """;

    private static readonly string[] AllSteps =
    [
        Steps.Parse,
        Steps.Class,
        Steps.Models,
        Steps.Recipe,
        Steps.Code,
        Steps.Unit,
        Steps.Source,
        Steps.Report,
    ];

    private static readonly string[] Meaning = [Steps.Recipe, Steps.Code, Steps.Source, Steps.Report];

    [Fact]
    public void ASecondBuildDoesNothing()
    {
        var project = Project();
        var first = project.Run();
        var second = project.Run();

        Assert.All(AllSteps, step => Assert.All(second.Reasons(step), static reason => Assert.True(reason is Cached or Unchanged)));
        Assert.All(second.OutputReasons, static reason => Assert.Equal(Cached, reason));
        Assert.Equal(first.Sources, second.Sources);
        Assert.Equal(["App.Slow.recipe.g.cs", "Long.run.g.cs", "Longer.run.g.cs"], second.Sources.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(second.CompilerDiagnostics);
        Assert.Empty(second.Diagnostics);
    }

    [Theory]
    [InlineData("run: Long\n", "# A comment.\n\nrun: 'Long'\n")]
    [InlineData("  batch: 16\n", "  batch:   16   # enough\n")]
    [InlineData("  batch: 16\n", "  batch: 2 * 8\n")]
    [InlineData("$rate", "1 * $rate")]
    public void CommentsAndSpacesOfARecipeRegenerateNothing(string old, string @new)
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(A, Projects.Recipe("Long", "Alpha").Replace(old, @new, StringComparison.Ordinal));
        RegeneratesNothing(project, before);
    }

    [Theory]
    [InlineData("family:", "# A comment.\n\nfamily:")]
    [InlineData("  - layer-norm\n", "  -   layer-norm   # the last\n")]
    public void CommentsAndSpacesOfItsModelRegenerateNothing(string old, string @new)
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(Model, Specs.Transformer("Alpha").Replace(old, @new, StringComparison.Ordinal));
        RegeneratesNothing(project, before);
    }

    [Theory]
    [InlineData("=> 1;", "=> 1 + 1;")]
    [InlineData("A recipe.", "The recipe.")]
    [InlineData("Tokens(16)", "Tokens(Context = 2 * 8)")]
    public void OtherCodeRegeneratesNothing(string old, string @new)
    {
        var project = Project();
        var before = project.Run().Sources;
        project.WriteCode("\n" + Source.Replace(old, @new, StringComparison.Ordinal));
        RegeneratesNothing(project, before);
    }

    [Fact]
    public void AnEditOfOneRecipeRegeneratesOneFile()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(A, Projects.Recipe("Long", "Alpha", rate: "2e-4"));
        var build = project.Run();

        Assert.Equal(
            [Modified, Unchanged, Unchanged],
            build.Reasons(Steps.Recipe).Select(static reason => reason == Cached ? Unchanged : reason)
        );
        Assert.Equal([Modified, Cached, Cached], build.Reasons(Steps.Code));
        Assert.Single(build.OutputReasons, static reason => reason == Modified);
        Assert.Equal(["Long.run.g.cs"], build.Sources.Keys.Where(name => build.Sources[name] != before[name]));
        Assert.Contains("0.0002", build.Sources["Long.run.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherModelIsNoneOfItsBusiness()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(Untrained, Specs.Network("Delta", width: 9));
        var build = RegeneratesNothing(project, before);

        Assert.Equal([Modified], build.Reasons(Steps.Models));
        Assert.All(build.Reasons(Steps.Code), static reason => Assert.Equal(Cached, reason));
    }

    // The layers are checked with the recipe again, and change nothing of it.
    [Fact]
    public void ALayerOfItsModelIsCheckedAndRegeneratesNothing()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(Model, Specs.Transformer("Alpha").Replace("heads: 2", "heads: 4", StringComparison.Ordinal));
        var build = project.Run();

        Assert.Equal([Unchanged, Cached, Cached], build.Reasons(Steps.Code));
        Assert.All(build.OutputReasons, static reason => Assert.Equal(Cached, reason));
        Assert.Equal(before, build.Sources);
    }

    [Fact]
    public void AChangeOfItsModelThatMattersRegeneratesIt()
    {
        var project = Project();
        var before = project.Run().Sources;
        project.Write(
            Model,
            Specs
                .Transformer("Alpha")
                .Replace("family: transformer\n", "family: transformer\nprecision: float16\n", StringComparison.Ordinal)
        );
        var build = project.Run();

        Assert.Equal([Modified, Cached, Cached], build.Reasons(Steps.Code));
        Assert.Equal(["Long.run.g.cs"], build.Sources.Keys.Where(name => build.Sources[name] != before[name]));
        Assert.Contains("LossScaling = true", build.Sources["Long.run.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void AModelThatIsRenamedLeavesItsRecipeWithAMistake()
    {
        var project = Project();
        project.Run();
        project.Write(Model, Specs.Transformer("Alphas"));
        var build = project.Run();

        Assert.Equal("'Alpha' names no model of this project; did you mean 'Alphas'?", Assert.Single(build.Diagnostics).GetMessage(null));
        Assert.DoesNotContain("Long.run.g.cs", build.Sources.Keys);
    }

    [Fact]
    public void ADeletedFileTakesItsClassWithIt()
    {
        var project = Project();
        project.Run();
        project.Delete(A);

        Assert.Equal(["App.Slow.recipe.g.cs", "Longer.run.g.cs"], project.Run().Sources.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WithoutARecipeNoSpecIsRead()
    {
        var count = 0;
        var project = new SpecProject(generator: new RecipeGenerator()).Write(Model, () =>
        {
            count++;
            return SourceText.From(Specs.Transformer("Alpha"));
        });
        project.Run();
        Assert.Equal(0, count);

        project.Write(A, Projects.Recipe("Long", "Alpha"));
        Assert.Equal(["Long.run.g.cs"], project.Run().Sources.Keys);
        Assert.Equal(1, count);
    }

    [Fact]
    public void StepsKeepNothingOfTheCompiler()
    {
        var project = Project();
        project.Write(A, "run: Bad\nmodel: Alhpa\nduration: 3\n");
        project.WriteCode(Source.Replace("Batch = 4", "Batch = 0", StringComparison.Ordinal));

        IncrementalTests.HoldsNothingOfTheCompiler(project.Run(), AllSteps);
    }

    private static Build RegeneratesNothing(SpecProject project, IReadOnlyDictionary<string, string> before)
    {
        var build = project.Run();
        Assert.All(Meaning, step =>
            Assert.All(build.Reasons(step), reason => Assert.True(reason is Cached or Unchanged, $"{step} is {reason}"))
        );
        Assert.All(build.OutputReasons, static reason => Assert.Equal(Cached, reason));
        Assert.Equal(before, build.Sources);
        return build;
    }

    private static SpecProject Project() =>
        Projects
            .Of(Source)
            .Write(Model, Specs.Transformer("Alpha"))
            .Write(Other, Specs.Transformer("Beta"))
            .Write(Untrained, Specs.Network("Delta"))
            .Write(A, Projects.Recipe("Long", "Alpha"))
            .Write(B, Projects.Recipe("Longer", "Beta"));
}
