using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Compiler.Tests.CSharp;

/// <summary>Compiles generated code as a strict project would: nullable, documented, and without a single warning.</summary>
internal static class CSharpCheck
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview, DocumentationMode.Diagnose);

    private static readonly CSharpCompilationOptions Compiling = new(
        OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999,
        specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress)]); // TorchSharp was built for an earlier .NET.

    private static readonly IReadOnlyList<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(Repository.TorchSharp)
            .Append(Repository.Runtime)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Fails with what the C# compiler says about the files, hidden notes apart.</summary>
    public static void IsClean(params IEnumerable<string> code)
    {
        var trees = code.Select((text, i) => CSharpSyntaxTree.ParseText(text, Parsing, FormattableString.Invariant($"Model{i}.g.cs")));
        var problems = CSharpCompilation.Create("Generated", trees, References, Compiling)
            .GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
            .ToList();
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    /// <summary>The names of what classes of the runtime hand down, from as far up as object.</summary>
    public static IEnumerable<string> InheritedMembers(params string[] classes)
    {
        var compilation = CSharpCompilation.Create("Empty", [], References, Compiling);
        foreach (var name in classes)
        {
            for (var type = compilation.GetTypeByMetadataName(name); type is not null; type = type.BaseType)
            {
                foreach (var member in type.GetMembers().Where(member => member.DeclaredAccessibility is not (Accessibility.Private or Accessibility.Internal) && member.CanBeReferencedByName))
                {
                    yield return member.Name;
                }
            }
        }
    }
}
