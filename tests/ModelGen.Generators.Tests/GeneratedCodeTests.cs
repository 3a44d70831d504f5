namespace ModelGen.Generators.Tests;

public sealed class GeneratedCodeTests
{
    [Theory]
    [InlineData("App", "App")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("Company.Product", "Company.Product")]
    [InlineData("my-app", "my_app")]
    [InlineData("3d.models", "_3d.models")]
    [InlineData("new.event", "new.event")]
    [InlineData("Ünïcode", "Ünïcode")]
    public void TheNamespaceIsTheProjects(string? rootNamespace, string expected)
    {
        var build = new SpecProject(rootNamespace).Write("/app/a.model.yaml", Specs.Transformer("Model")).Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
        Assert.NotNull(build.Output.Assembly.GetTypeByMetadataName(expected.Length == 0 ? "Model" : $"{expected}.Model"));
        Assert.Equal(["Model.SourceMap.g.cs", "Model.g.cs"], build.Sources.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/app/a.model.yaml", true)]
    [InlineData("/app/a.model.yml", true)]
    [InlineData("/app/A.Model.YAML", true)]
    [InlineData("/app/a.MODEL.Yml", true)]
    [InlineData("/app/a.model.yaml.txt", false)]
    [InlineData("/app/amodel.yaml", false)]
    [InlineData("/app/a.model.json", false)]
    public void ASpecHasOneOfYamlsExtensionsInAnyCase(string path, bool isSpec) =>
        Assert.Equal(isSpec ? 2 : 0, new SpecProject().Write(path, Specs.Network("A")).Run().Sources.Count);

    [Fact]
    public void APartOfTheUsersOwnJoinsTheClass()
    {
        var project = new SpecProject(
            source: "namespace App; /// <summary>Mine.</summary>\npublic sealed partial class Model { /// "
                + "<summary>Twice.</summary>\npublic int Twice => 2 * Context; }"
        );

        Assert.Empty(project.Write("/app/a.model.yaml", Specs.Transformer("Model")).Run().CompilerDiagnostics);
    }

    // A column that debug information cannot hold must not break the build.
    [Fact]
    public void ASpecOnOneVeryLongLineCompiles()
    {
        var layers = string.Join(", ", Enumerable.Repeat("{ linear: { features: 4 } }", 3000));
        var build = new SpecProject()
            .Write("/app/a.model.yaml", $"{{ model: Long, family: network, data: {{ tensor: [4] }}, network: [{layers}] }}")
            .Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    [Fact]
    public void TheCodeIsTheSameForEveryLayoutOfTheRoot()
    {
        static string Code(string path) =>
            new SpecProject()
                .Write(path, Specs.Transformer("Model"))
                .Run()
                .Sources["Model.g.cs"]
                .Replace(path, "PATH", StringComparison.Ordinal);

        Assert.Equal(Code("/one/a.model.yaml"), Code("/two/deeper/a.model.yaml"));
    }
}
