using ModelGen.Compiler.Tests;

namespace ModelGen.Generators.Tests;

/// <summary>A program that a page shows compiles as it stands, and so does a part of one in a method that has what it names.</summary>
public sealed class PageProgramTests
{
    private const string RootNamespace = "Notes";

    // What every .NET project has unless it says otherwise.
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global "
        + "using System.Threading; global using System.Threading.Tasks;";

    // Around a part of a program.
    private const string Before =
        "using ModelGen.Checkpoints; using ModelGen.Data; using ModelGen.Native; using ModelGen.Runs; using ModelGen.Training; using "
        + "Notes; internal static class Part { internal static void Shown(TextCorpus text, Trainer trainer) {\n";

    private const string After = "\n} }\n";

    private static readonly string[] Models =
    [
        Pages.Blocks("README.md", "yaml").First(),
        .. new[]
        {
            "Images/vae.model.yaml",
            "Images/gan.model.yaml",
            "Pretrained/gpt2.model.yaml",
            "Pretrained/minilm.model.yaml",
            "Waves/waves.model.yaml",
        }.Select(static path => Repository.Read($"examples/{path}")),
    ];

    public static TheoryData<string, int> Programs => Numbered(IsProgram);

    public static TheoryData<string, int> Parts => Numbered(IsPart);

    [Theory]
    [MemberData(nameof(Programs))]
    public void AProgramCompilesAsItStands(string page, int number)
    {
        var project = Project(page, Pages.Blocks(page).ElementAt(number).Text);
        project.BecomeAProgram();

        Assert.Empty(project.Run().CompilerDiagnostics);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void APartCompilesWithWhatItNames(string page, int number) =>
        Assert.Empty(Project(page, Before + Pages.Blocks(page).ElementAt(number).Text + After).Run().CompilerDiagnostics);

    [Fact]
    public void OtherCodeStandsWhereOtherTestsCompileIt() =>
        Assert.Equal(
            ["docs/attributes.md", "docs/recipes.md", "docs/specs.md"],
            Numbered(static text => !IsProgram(text) && !IsPart(text)).Select(static row => (string)row[0]).Distinct()
        );

    [Fact]
    public void ThereAreSuchPrograms() => Assert.True(Programs.Count >= 15);

    private static SpecProject Project(string page, string program)
    {
        var project = new SpecProject(RootNamespace, program, generator: null, new RecipeGenerator());
        project.AddCode(ImplicitUsings, "/app/Implicit.cs");
        project.Write("/app/patient-docs.run.yaml", Pages.Blocks("docs/recipes.md", "yaml").First());

        // And those of the page itself that have a name of their own.
        var own = Pages.Blocks(page, "yaml").Where(static block => block.StartsWith("model: ", StringComparison.Ordinal));
        foreach (var (i, spec) in Models.Concat(page == "docs/specs.md" ? [] : own).DistinctBy(Name).Index())
        {
            project.Write($"/app/model-{i}.model.yaml", spec);
        }

        return project;
    }

    private static TheoryData<string, int> Numbered(Func<string, bool> wanted)
    {
        var all = new TheoryData<string, int>();
        foreach (var page in Pages.All)
        {
            foreach (var (number, (language, text)) in Pages.Blocks(page).Index())
            {
                if (language == "csharp" && wanted(text))
                {
                    all.Add(page, number);
                }
            }
        }

        return all;
    }

    private static string Name(string spec) =>
        spec.Split('\n').First(static line => line.StartsWith("model: ", StringComparison.Ordinal)).Split('#')[0].TrimEnd();

    // What begins with a using directive of the runtime and declares no namespace is a whole program.
    private static bool IsProgram(string text) =>
        text.StartsWith("using ModelGen.", StringComparison.Ordinal) && !text.Contains("\nnamespace ", StringComparison.Ordinal);

    // Classes with attributes, recipes and generated code are compiled by tests of their own.
    private static bool IsPart(string text) =>
        !IsProgram(text) && !text.Contains("using ModelGen;", StringComparison.Ordinal) && text[0] is not ('[' or '#' or ' ');
}
