using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Compiler.Tests.House;

/// <summary>
/// The pages under docs/contributing, followed: their files are added to the projects, and their specs compiled with the compiler that
/// comes of it.
/// </summary>
public sealed partial class ContributingTests
{
    private const string Compiler = "generators/ModelGen.Compiler";
    private const string Runtime = "src/ModelGen.Torch";

    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Repository.Root, "docs", "contributing");

    [Theory]
    [MemberData(nameof(Pages))]
    public void APageCanBeFollowed(string page)
    {
        var blocks = Block()
            .Matches(File.ReadAllText(Path.Combine(Folder, page)).ReplaceLineEndings("\n"))
            .Select(match => (Language: match.Groups[1].Value, Text: match.Groups[2].Value))
            .ToList();
        var files = blocks
            .Where(block => block.Language == "csharp")
            .Select(block => (Path: block.Text.Split('\n')[0]["// ".Length..], block.Text))
            .ToList();
        Assert.All(files, file => Assert.False(File.Exists(Path.Combine(Repository.Root, file.Path)), $"{file.Path} is there already"));
        Assert.True(files.Count > 0 || page is "README.md" or "diagnostic.md");

        var compiler = Namespaces.Compile(Namespaces.Sources(Compiler).Concat(Sources(Compiler)), "ModelGen.Compiler");
        Assert.Equal([], Mistakes(compiler));
        if (files.Any(file => file.Path.StartsWith(Runtime, StringComparison.Ordinal)))
        {
            Assert.Equal([], Mistakes(Namespaces.Compile(Namespaces.Sources(Runtime).Concat(Sources(Runtime)), "ModelGen.Torch")));
        }

        var specs = blocks.Where(block => block.Language is "yaml" or "text").ToList();
        for (var i = 0; i < specs.Count; i++)
        {
            var isWrong = i + 1 < specs.Count && specs[i + 1].Language == "text";
            Assert.Equal(isWrong ? specs[i + 1].Text.TrimEnd() : "", Errors(compiler, specs[i].Text));
            i += isWrong ? 1 : 0;
        }

        IEnumerable<SyntaxTree> Sources(string project) =>
            files
                .Where(file => file.Path.StartsWith(project + "/", StringComparison.Ordinal))
                .Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path));

        // The runtime's own generators do not run here, so that only the page's files are asked.
        IEnumerable<string> Mistakes(CSharpCompilation compilation) =>
            compilation
                .SyntaxTrees.Where(tree => files.Any(file => file.Path == tree.FilePath))
                .SelectMany(tree => compilation.GetSemanticModel(tree).GetDiagnostics())
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => diagnostic.ToString());
    }

    [Fact]
    public void EachPageIsInTheList()
    {
        var list = File.ReadAllText(Path.Combine(Folder, "README.md"));

        Assert.All(
            Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetFileName(path)).Where(name => name != "README.md"),
            name => Assert.Contains($"[{name}]({name})", list, StringComparison.Ordinal)
        );
    }

    // What the compiler reports, line by line; nothing where it makes C#.
    private static string Errors(CSharpCompilation compilation, string spec)
    {
        using var code = new MemoryStream();
        var result = compilation.Emit(code);
        Assert.True(
            result.Success,
            string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        );
        var context = new AssemblyLoadContext("Contributing", isCollectible: true);
        try
        {
            code.Position = 0;
            var compile = context
                .LoadFromStream(code)
                .GetType("ModelGen.Compiler.SpecCompiler")!
                .GetMethod("Compile", BindingFlags.Static | BindingFlags.Public)!;
            var outcome = compile.Invoke(null, [spec, "example.model.yaml", "Example", null, null])!;
            var diagnostics = (System.Collections.IEnumerable)outcome.GetType().GetProperty("Diagnostics")!.GetValue(outcome)!;
            var lines = diagnostics
                .Cast<object>()
                .Select(diagnostic => (string)diagnostic.GetType().GetMethod("Format")!.Invoke(diagnostic, ["example.model.yaml"])!)
                .ToList();
            Assert.Equal(lines.Count == 0, outcome.GetType().GetProperty("Code")!.GetValue(outcome) is not null);
            return string.Join('\n', lines);
        }
        finally
        {
            context.Unload();
        }
    }

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
