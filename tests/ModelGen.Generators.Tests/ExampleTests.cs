using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using ModelGen.Build.Files;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Tests;
using Diagnostic = Microsoft.CodeAnalysis.Diagnostic;

namespace ModelGen.Generators.Tests;

/// <summary>On the page of every rule, what is wrong gives the very message beside it, and what is right gives none and compiles.</summary>
public sealed class ExampleTests
{
    private const string Folder = "/app/";

    private static readonly string[] WithoutFiles =
    [
        // A step of the build reports it after the compiler, of a damaged package.
        Rules.Library.Id,
        // Whatever shows it is a fault that is to be mended.
        Rules.Internal.Id,
    ];

    public static TheoryData<string> Shown => [.. Rules.All.Select(static rule => rule.Id).Except(WithoutFiles)];

    public static TheoryData<string> Told => [.. WithoutFiles];

    [Fact]
    public void EveryRuleHasOne() =>
        Assert.Equal(
            Rules.All.Select(static rule => $"{rule.Id}.md"),
            Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "generators", "ModelGen.Compiler", "Diagnostics", "Examples"))
                .Select(static path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Shown))]
    public void WhatIsWrongIsReportedAndWhatIsRightIsNot(string id)
    {
        var example = Example.Of(id);
        var (wrong, right) = (Build(example.Wrong), Build(example.Right));
        var reported = wrong.Diagnostics.Select(Line).ToList();

        if (id == Rules.TooMany.Id)
        {
            // It only ever comes after others.
            Assert.Equal(101, reported.Count);
            Assert.All(reported[..100], static line => Assert.Contains(": error MG2002: 'rellu'", line, StringComparison.Ordinal));
            reported.RemoveRange(0, 100);
        }

        var told = string.Join('\n', reported);
        Assert.True(example.Message == told, $"The example of {id} gives:\n{told}");
        Assert.Contains($" {id}: ", example.Message, StringComparison.Ordinal);
        Assert.Empty(wrong.CompilerDiagnostics);
        Assert.Empty(right.Diagnostics);
        Assert.Empty(right.CompilerDiagnostics);
        Assert.Contains(right.Output.SyntaxTrees, static tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Told))]
    public void WhatNoFileCanShowHasTheTextOfItsRule(string id)
    {
        var rule = Rules.All.Single(rule => rule.Id == id);
        var example = Example.Of(id);

        Assert.Empty(example.Wrong);
        Assert.Empty(example.Right);
        Assert.Matches($"error {id}: {Regex.Replace(Regex.Escape(rule.Message), @"\\\{[0-9]}", ".+")}$", example.Message);
    }

    private static Build Build(IReadOnlyDictionary<string, string> files)
    {
        var project = new SpecProject("App", "", new SpecGenerator(), new ClassGenerator(), new RecipeGenerator());
        project.SetOption("build_property.ProjectDir", Folder);

        // Whether public classes need comments is a project's own rule.
        project.Silence("CS1591");
        foreach (var (path, text) in files)
        {
            switch (Path.GetExtension(path))
            {
                case ".yaml":
                    // A page cannot show a million characters.
                    project.Write(Folder + path, text.Replace("…", new string('-', 1_000_000), StringComparison.Ordinal));
                    break;
                case ".cs":
                    project.AddCode(text, Folder + path);
                    break;
                default:
                    project.Write($"{Folder}obj/{Path.GetFileName(path)}{FileFacts.Extension}", Facts(path, text));
                    break;
            }
        }

        return project.Run();
    }

    // As a build reads it.
    private static string Facts(string path, string text)
    {
        var folder = Directory.CreateTempSubdirectory("modelgen-");
        try
        {
            var file = Path.Combine(folder.FullName, Path.GetFileName(path));
            File.WriteAllBytes(
                file,
                path.EndsWith(".safetensors", StringComparison.Ordinal) ? Weights(text) : Encoding.UTF8.GetBytes(text)
            );
            return FileReader.Describe(file, path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A page shows the header, before which its length stands and after which the numbers.
    private static byte[] Weights(string header)
    {
        var ends = Regex
            .Matches(header, @"([0-9]+)\] }")
            .Select(static end => int.Parse(end.Groups[1].Value, CultureInfo.InvariantCulture));
        return
        [
            .. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)),
            .. Encoding.UTF8.GetBytes(header),
            .. new byte[ends.Max()],
        ];
    }

    private static string Line(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetLineSpan();
        var kind = diagnostic.DefaultSeverity == DiagnosticSeverity.Warning ? "warning" : "error";
        var (line, column) = (place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1);
        var text = $"{place.Path}({line},{column}): {kind} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
        return text.Replace(Folder, "", StringComparison.Ordinal);
    }
}
