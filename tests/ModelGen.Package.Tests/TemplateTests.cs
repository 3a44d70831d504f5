using System.IO.Compression;

namespace ModelGen.Package.Tests;

/// <summary><c>dotnet new modelgen</c>.</summary>
[Collection(PackedFeed.Name)]
public class TemplateTests(PackedFeed feed)
{
    /// <summary>What someone types first, with a name that is none in C#.</summary>
    [Fact]
    public void ANewProjectPassesItsTests()
    {
        const string name = "my-notes";
        using var folder = new TemporaryFolder();
        feed.Offer(folder.Path);
        var hive = folder.File("hive");
        DotNet.Run(folder.Path, "new", "install", feed.PackageOf("ModelGen.Templates"), "--debug:custom-hive", hive);

        DotNet.Run(folder.Path, "new", "modelgen", "-n", name, "--debug:custom-hive", hive);

        var project = folder.File(name);
        Assert.Equal(
            "# yaml-language-server: $schema=modelgen.schema.json\n"
                + File.ReadAllText(Path.Combine(Repository.Root, "src", "ModelGen.Cli", "Templates", "transformer.yaml"))
                    .Replace("{NAME}", "Writer", StringComparison.Ordinal),
            File.ReadAllText(Path.Combine(project, name, "writer.model.yaml")).ReplaceLineEndings("\n")
        );
        Assert.All(["modelgen.schema.json", "modelgen.run.schema.json"], file =>
            Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "docs", file)), File.ReadAllText(Path.Combine(project, name, file)))
        );
        // NU1603: some indexes lack the versions that TorchSharp asks for, and give newer ones.
        var tested = DotNet.Run(project, "test", "-p:CreateSymbolicLinksForCopyLocalIfPossible=true", "-p:NoWarn=NU1603");
        Assert.Matches(@"Passed! +- Failed: +0, Passed: +3, Skipped: +0", tested);
        Assert.DoesNotContain("warning", tested, StringComparison.Ordinal);

        var (exitCode, output) = DotNet.Try(project, "run", "--project", name, "--no-build");
        Assert.Equal(2, exitCode);
        Assert.Equal("Give the path of a text file, or of a folder of them; --resume after it goes on with an earlier run.", output.Trim());
    }

    [Fact]
    public void CarriesATemplateAndNothingElse()
    {
        using var package = ZipFile.OpenRead(feed.PackageOf("ModelGen.Templates"));

        Assert.Equal(
            [
                "LICENSE",
                "ModelGen.Templates.nuspec",
                "README.md",
                "[Content_Types].xml",
                "content/modelgen/.template.config/template.json",
                "content/modelgen/Notes.Tests/Notes.Tests.csproj",
                "content/modelgen/Notes.Tests/WriterTests.cs",
                "content/modelgen/Notes.slnx",
                "content/modelgen/Notes/Notes.csproj",
                "content/modelgen/Notes/Program.cs",
                "content/modelgen/Notes/modelgen.run.schema.json",
                "content/modelgen/Notes/modelgen.schema.json",
                "content/modelgen/Notes/writer.model.yaml",
                "content/modelgen/README.md",
                "icon.png",
            ],
            package
                .Entries.Select(entry => entry.FullName)
                .Where(name => !name.EndsWith(".rels", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
    }
}
