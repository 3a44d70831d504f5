using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests;

public sealed class DiagnosticsTests
{
    private const string Wrong =
        "model: Bad\nfamily: network\ndata: { tensor: [4] }\nnetwork:\n  - linear: 3\n  - convv: 2\n  - dropout: 1.5\n";

    [Fact]
    public void EachMistakeIsAtItsPlaceInTheSpec()
    {
        var build = new SpecProject().Write("/app/specs/bad.model.yaml", Wrong).Run();

        Assert.Equal(
            ["/app/specs/bad.model.yaml(6,5)-(6,10) MG2002", "/app/specs/bad.model.yaml(7,14)-(7,17) MG2006"],
            build.Diagnostics.Select(static diagnostic => $"{Where(diagnostic)} {diagnostic.Id}")
        );
        Assert.All(build.Diagnostics, static diagnostic =>
        {
            Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
            Assert.Equal(LocationKind.ExternalFile, diagnostic.Location.Kind);
            Assert.Equal("", diagnostic.Descriptor.HelpLinkUri);
            Assert.EndsWith(
                $" See docs/diagnostics/{diagnostic.Id}.md in the package ModelGen.",
                diagnostic.Descriptor.Description.ToString(),
                StringComparison.Ordinal
            );
        });
        Assert.Equal(
            "convv",
            Wrong.Substring(build.Diagnostics[0].Location.SourceSpan.Start, build.Diagnostics[0].Location.SourceSpan.Length)
        );
        Assert.Empty(build.Sources);
    }

    [Fact]
    public void NoSettingSilencesAMistake()
    {
        var project = new SpecProject().Write("/app/bad.model.yaml", Wrong);
        project.Silence("MG2002");
        project.Silence("MG2006");

        Assert.Equal(2, project.Run().Diagnostics.Length);
    }

    // That another spec has the model's name is one of them.
    [Fact]
    public void OfManyMistakesTheFirstAreShown()
    {
        var flood = $"model: Twin\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [{string.Join(", ", Enumerable.Repeat("x", 150))}]\n";
        var build = new SpecProject().Write("/app/a.model.yaml", Specs.Network("Twin", width: 5)).Write("/app/b.model.yaml", flood).Run();

        Assert.Equal(101, build.Diagnostics.Length);
        Assert.Equal(["MG2014", "MG2002", "MG1010"], build.Diagnostics.Select(static diagnostic => diagnostic.Id).Distinct());
        Assert.Equal("51 more mistakes from here on are not shown", build.Diagnostics[^1].GetMessage(null));
        Assert.Equal("/app/b.model.yaml(4,308)-(4,309)", Where(build.Diagnostics[^1]));
    }

    [Theory]
    [InlineData("Twin", "Twin", "the model 'Twin' is also defined in /app/a.model.yaml")]
    [InlineData("Twin", "TWIN", "the model 'TWIN' is also defined in /app/a.model.yaml, as 'Twin'")]
    public void OfTwoModelsOfOneNameTheFirstIsGenerated(string first, string second, string message)
    {
        var build = new SpecProject()
            .Write("/app/b.model.yaml", Specs.Network(second, width: 3))
            .Write("/app/a.model.yaml", Specs.Network(first, width: 5))
            .Run();

        var mistake = Assert.Single(build.Diagnostics);
        Assert.Equal("MG2014", mistake.Id);
        Assert.Equal(message, mistake.GetMessage(null));
        Assert.Equal("/app/b.model.yaml(1,8)-(1,12)", Where(mistake));
        Assert.Contains("nn.Linear(4, 5", build.Sources[$"{first}.g.cs"], StringComparison.Ordinal);
        Assert.Equal(2, build.Sources.Count);
        Assert.Empty(build.CompilerDiagnostics);
    }

    [Fact]
    public void ModelsWithoutAUsableNameAreNoTwins()
    {
        var build = new SpecProject()
            .Write("/app/a.model.yaml", Specs.Network("lower"))
            .Write("/app/b.model.yaml", Specs.Network("lower-too"))
            .Run();

        Assert.Equal(["MG2013", "MG2013"], build.Diagnostics.Select(static diagnostic => diagnostic.Id));
        Assert.Empty(build.Sources);
    }

    [Fact]
    public void AFileThatCannotBeReadIsAMistakeOfThatFileAlone()
    {
        var build = new SpecProject()
            .Write("/app/a.model.yaml", static () => null)
            .Write("/app/b.model.yaml", static () => throw new IOException("the disk is gone"))
            .Write("/app/c.model.yaml", Specs.Network("Whole"))
            .Run();

        Assert.Equal(
            [
                "/app/a.model.yaml(1,1)-(1,1) MG1009 the file cannot be read as text: it cannot be opened",
                "/app/b.model.yaml(1,1)-(1,1) MG1009 the file cannot be read as text: the disk is gone",
            ],
            build.Diagnostics.Select(static diagnostic => $"{Where(diagnostic)} {diagnostic.Id} {diagnostic.GetMessage(null)}")
        );
        Assert.Null(build.Result.Exception);
        Assert.Equal(["Whole.SourceMap.g.cs", "Whole.g.cs"], build.Sources.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("\u0000\u0001\uFFFD")]
    [InlineData("[[[[")]
    [InlineData("model: X\nfamily: network\ndata: { tensor: [4] }\nnetwork:\n\t- relu\n")]
    public void ABrokenFileLeavesTheOthersAlone(string text)
    {
        var build = new SpecProject().Write("/app/broken.model.yaml", text).Write("/app/c.model.yaml", Specs.Network("Whole")).Run();

        Assert.Null(build.Result.Exception);
        Assert.NotEmpty(build.Diagnostics);
        Assert.All(build.Diagnostics, static diagnostic => Assert.NotEqual("MG9999", diagnostic.Id));
        Assert.Equal(["Whole.SourceMap.g.cs", "Whole.g.cs"], build.Sources.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void MendingAMistakeBringsTheClassBack()
    {
        var project = new SpecProject().Write("/app/a.model.yaml", Wrong);
        project.Run();
        project.Write("/app/a.model.yaml", Specs.Network("Good"));
        var build = project.Run();

        Assert.Empty(build.Diagnostics);
        Assert.Equal(["Good.SourceMap.g.cs", "Good.g.cs"], build.Sources.Keys.Order(StringComparer.Ordinal));
    }

    private static string Where(Diagnostic diagnostic)
    {
        var lines = diagnostic.Location.GetLineSpan();
        return $"{lines.Path}({lines.StartLinePosition.Line + 1},{lines.StartLinePosition.Character + 1})-({lines.EndLinePosition.Line + 1},{lines.EndLinePosition.Character + 1})";
    }
}
