using System.Globalization;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Recipes;

/// <summary>Recipes of files in a project.</summary>
public sealed class RecipeFileTests
{
    private const string Run = "/app/a.run.yaml";
    private const string Model = "/app/alpha.model.yaml";

    [Fact]
    public void ARecipeIsTypedByItsModel()
    {
        var project = Project(
            """
            using ModelGen.Data;
            using ModelGen.Training;
            namespace App;
            internal static class Program
            {
                public static Objective Right(Alpha model, TokenDataset data) => Long.CreateObjective(model, data);
                public static TrainingOptions Options => Long.Training;
            }
            """
        );
        Assert.Empty(project.Run().CompilerDiagnostics);
        project.Write("/app/b.model.yaml", Specs.Transformer("Beta"));
        project.WriteCode(
            "using ModelGen.Data; using ModelGen.Training; namespace App; internal static class Program { public static Objective "
                + "Wrong(Beta model, TokenDataset data) => Long.CreateObjective(model, data); }"
        );

        Assert.Contains("CS1503", Assert.Single(project.Run().CompilerDiagnostics), StringComparison.Ordinal);
    }

    [Fact]
    public void MistakesAreAtTheirPlacesInTheRecipe()
    {
        var build = Project().Write(Run, "run: Long\nmodel: Alhpa\ntrainign: 3\n").Run();

        Assert.Equal(
            ["/app/a.run.yaml(1,1)-(1,4) MG2004", "/app/a.run.yaml(2,8)-(2,13) MG2030", "/app/a.run.yaml(3,1)-(3,9) MG2001"],
            build.Diagnostics.Select(static diagnostic => $"{Where(diagnostic)} {diagnostic.Id}")
        );
        Assert.All(build.Diagnostics, static diagnostic => Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity));
        Assert.Empty(build.Sources);
    }

    [Fact]
    public void TheRecipeOfABrokenModelWaitsForIt()
    {
        var project = Project().Write(Model, Specs.Transformer("Alpha").Replace("layer-norm", "layer-nrom", StringComparison.Ordinal));
        var broken = project.Run();
        project.Write(Model, Specs.Transformer("Alpha"));

        Assert.Empty(broken.Sources);
        Assert.Empty(broken.Diagnostics.Where(static diagnostic => Where(diagnostic).Contains("run.yaml", StringComparison.Ordinal)));
        Assert.NotEmpty(broken.Diagnostics);
        Assert.Equal(["Long.run.g.cs"], project.Run().Sources.Keys);
    }

    [Theory]
    [InlineData(
        "/app/b.run.yaml",
        "Long",
        "the recipe 'Long' cannot have this name: the recipe in /app/a.run.yaml already has it, as 'App.Long'"
    )]
    [InlineData(
        "/app/b.run.yaml",
        "LONG",
        "the recipe 'LONG' cannot have this name: the recipe in /app/a.run.yaml already has it, as 'App.Long'"
    )]
    [InlineData("/app/b.run.yaml", "Alpha", "the recipe 'Alpha' cannot have this name: it is the name of the model 'Alpha'")]
    [InlineData("/app/b.run.yaml", "Own", "the recipe 'Own' cannot have this name: the recipe in App.Own already has it, as 'App.Own'")]
    public void ANameThatIsTakenIsReported(string path, string name, string message)
    {
        var project = Project(
                "using ModelGen;\nnamespace App;\n[Recipe(typeof(Alpha)), Training(Batch = 4, Duration = \"10 steps\"), "
                    + "AdamW(1e-3)] public static partial class Own;\n"
            )
            .Write(path, Projects.Recipe(name, "Alpha"));
        var build = project.Run();
        var mistake = Assert.Single(build.Diagnostics);

        Assert.Equal("MG2032", mistake.Id);
        Assert.Equal(message, mistake.GetMessage(null));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{path}(1,6)-(1,{6 + name.Length})"), Where(mistake));
        Assert.Equal(["App.Own.recipe.g.cs", "Long.run.g.cs"], build.Sources.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AFileThatCannotBeReadIsReported()
    {
        var build = Project().Write(Run, static () => throw new IOException("the disk is gone")).Run();

        Assert.Equal("the file cannot be read as text: the disk is gone", Assert.Single(build.Diagnostics).GetMessage(null));
    }

    [Theory]
    [InlineData("My-App.2d")]
    [InlineData("")]
    [InlineData(null)]
    public void CompilesInAnyRootNamespace(string? rootNamespace)
    {
        var build = Projects
            .Of("namespace App; internal static class Program;", rootNamespace)
            .Write(Model, Specs.Transformer("Alpha"))
            .Write(Run, Projects.Recipe("Long", "Alpha"))
            .Run();

        Assert.Empty(build.CompilerDiagnostics);
        Assert.Single(build.Sources);
    }

    private static SpecProject Project(string source = "namespace App; internal static class Program;") =>
        Projects.Of(source).Write(Model, Specs.Transformer("Alpha")).Write(Run, Projects.Recipe("Long", "Alpha"));

    private static string Where(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetLineSpan();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{span.Path}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1})-({span.EndLinePosition.Line + 1},{span.EndLinePosition.Character + 1})"
        );
    }
}
