using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Tests;

namespace ModelGen.Generators.Tests;

/// <summary>A program that a page shows compiles as it stands.</summary>
public sealed class PageProgramTests
{
    private const string RootNamespace = "Notes";

    // What every .NET project has unless it says otherwise.
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global "
        + "using System.Threading; global using System.Threading.Tasks;";

    public static TheoryData<string, int> Programs
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var page in AllPages())
            {
                for (var number = 0; number < Blocks(page).Count(); number++)
                {
                    all.Add(page, number);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void AProgramCompilesAsItStands(string page, int number)
    {
        var project = new SpecProject(RootNamespace, Blocks(page).ElementAt(number), generator: null, new RecipeGenerator());
        project.BecomeAProgram();
        project.AddCode(ImplicitUsings, "/app/Implicit.cs");
        project.Write("/app/patient-docs.run.yaml", Pages.Blocks("docs/recipes.md", "yaml").First());
        string[] models =
        [
            Pages.Blocks("README.md", "yaml").First(),
            Repository.Read("examples/Images/vae.model.yaml"),
            Repository.Read("examples/Pretrained/gpt2.model.yaml"),
            Repository.Read("examples/Pretrained/minilm.model.yaml"),
            Repository.Read("examples/Waves/waves.model.yaml"),
        ];

        // And those of the page itself that have a name of their own.
        foreach (var (spec, i) in models.Concat(Models(page)).DistinctBy(Name).Select(static (spec, i) => (spec, i)))
        {
            project.Write($"/app/model-{i}.model.yaml", spec);
        }

        Assert.Empty(project.Run().CompilerDiagnostics);
    }

    [Theory]
    [MemberData(nameof(PagesWithModels))]
    public void AModelCompilesAsItStands(string page)
    {
        foreach (var spec in Models(page))
        {
            var build = new SpecProject(RootNamespace).Write("/app/page.model.yaml", spec).Run();

            Assert.Empty(build.Diagnostics);
            Assert.Empty(build.CompilerDiagnostics);
        }
    }

    [Fact]
    public void ThereAreSuchPrograms() => Assert.True(Programs.Count >= 3);

    public static TheoryData<string> PagesWithModels => [.. AllPages().Where(static page => Models(page).Any())];

    private static IEnumerable<string> Models(string page) =>
        Pages.Blocks(page, "yaml").Where(static block => block.StartsWith("model: ", StringComparison.Ordinal));

    private static string Name(string spec) =>
        spec.Split('\n').First(static line => line.StartsWith("model: ", StringComparison.Ordinal)).TrimEnd();

    private static IEnumerable<string> AllPages() =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(static path => $"docs/{Path.GetFileName(path)}")
            .Append("README.md")
            .Order(StringComparer.Ordinal);

    // What begins with a using directive of the runtime and declares no namespace is a whole program.
    private static IEnumerable<string> Blocks(string page) =>
        Pages
            .Blocks(page, "csharp")
            .Where(static block =>
                block.StartsWith("using ModelGen", StringComparison.Ordinal) && !block.Contains("\nnamespace ", StringComparison.Ordinal)
            );
}
