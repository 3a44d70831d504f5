using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.CSharp;

namespace ModelGen.Compiler.Tests.CSharp;

/// <summary>Compiles generated code as a strict project would: nullable, documented, and without a single warning.</summary>
internal static class CSharpCheck
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview, DocumentationMode.Diagnose);

    private static readonly CSharpCompilationOptions Compiling = new(
        OutputKind.DynamicallyLinkedLibrary,
        nullableContextOptions: NullableContextOptions.Enable,
        warningLevel: 9999,
        specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress)]
    ); // TorchSharp was built for an earlier .NET.

    // What the SDK imports into every file of a project.
    private const string Imports = "using System;\nusing System.Collections.Generic;\n";

    private static readonly IReadOnlyList<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Concat(Repository.Runtime)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Fails with what the C# compiler says about the files of models, hidden notes apart.</summary>
    public static void IsClean(params IEnumerable<ModelSources> models) =>
        AreClean(models.SelectMany(model => new[] { model.Model, model.SourceMap }));

    /// <summary>Fails with what the C# compiler says about files, hidden notes apart.</summary>
    public static void AreClean(IEnumerable<string> files)
    {
        var trees = files
            .Select((text, i) => CSharpSyntaxTree.ParseText(text, Parsing, FormattableString.Invariant($"Model{i}.g.cs")))
            .Concat(Repository.OwnParts.Select(path => CSharpSyntaxTree.ParseText(Imports + Repository.Read(path), Parsing, path)));
        var problems = CSharpCompilation
            .Create("Generated", trees, References, Compiling)
            .GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
            .ToList();
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    /// <summary>Fails with what the C# compiler says about a file, hidden notes apart.</summary>
    public static void IsClean(string code) => AreClean([code]);

    /// <summary>
    /// The names of what a generated class has beside its layers: all members but properties that only hold a part, with no value of their
    /// own.
    /// </summary>
    public static IEnumerable<string> OwnMembers(string code) =>
        CSharpSyntaxTree
            .ParseText(code, Parsing)
            .GetCompilationUnitRoot()
            .DescendantNodes()
            .OfType<ClassDeclarationSyntax>()
            .First()
            .Members.SelectMany(member =>
                member switch
                {
                    PropertyDeclarationSyntax { ExpressionBody: null, Initializer: null } part
                        when !part.Modifiers.Any(SyntaxKind.OverrideKeyword) => [],
                    PropertyDeclarationSyntax property => [property.Identifier.Text],
                    MethodDeclarationSyntax method => [method.Identifier.Text],
                    FieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Identifier.Text),
                    ClassDeclarationSyntax type => [type.Identifier.Text],
                    _ => Array.Empty<string>(),
                }
            );

    /// <summary>The names of what classes of the runtime hand down, from as far up as object.</summary>
    public static IEnumerable<string> InheritedMembers(params string[] classes)
    {
        var compilation = CSharpCompilation.Create("Empty", [], References, Compiling);
        foreach (var name in classes)
        {
            for (var type = compilation.GetTypeByMetadataName(name); type is not null; type = type.BaseType)
            {
                foreach (
                    var member in type.GetMembers()
                        .Where(member =>
                            member.DeclaredAccessibility
                                is not (Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                            && member.CanBeReferencedByName
                        )
                )
                {
                    yield return member.Name;
                }
            }
        }
    }
}
