using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelGen.Compiler.Tests.House;

/// <summary>Which namespace of a project names types of which other, by the places where they are written.</summary>
internal static class Namespaces
{
    // What projects have as implicit usings.
    private const string Global =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global "
        + "using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>The sources of a project, each with its path in the repository.</summary>
    /// <param name="folder">The project's folder in the repository.</param>
    public static IReadOnlyList<SyntaxTree> Sources(string folder)
    {
        var directory = Path.Combine(Repository.Root, folder);
        string[] built = ["bin", "obj"];
        return
        [
            .. Directory
                .EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
                .Where(path => !built.Contains(Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar)[0]))
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
                ),
        ];
    }

    /// <summary>The arrows between the namespaces of a project, each with one place where it is drawn.</summary>
    /// <param name="sources">The project's sources.</param>
    /// <param name="project">The project's name.</param>
    public static IReadOnlyList<Arrow> Arrows(IReadOnlyList<SyntaxTree> sources, string project)
    {
        var compilation = Compile(sources, project);
        return
        [
            .. from tree in sources
            let model = compilation.GetSemanticModel(tree)
            from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            let type = Named(model.GetSymbolInfo(name).Symbol)
            where type is not null && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly)
            let to = type.ContainingNamespace.ToDisplayString()
            let own = Own(model, name)
            where own.Length > 0 && own != to
            group $"{tree.FilePath}({name.GetLocation().GetLineSpan().StartLinePosition.Line + 1}): {type.Name}" by (own, to) into arrow
            select new Arrow(arrow.Key.own, arrow.Key.to, arrow.First()),
        ];
    }

    /// <summary>A project's sources as one compilation, without the source generators that its build runs.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="project">The project's name, under which the compilation sees what other projects let it see.</param>
    public static CSharpCompilation Compile(IEnumerable<SyntaxTree> sources, string project)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Concat(Repository.Runtime)
            .Where(path => Path.GetFileName(path) != project + ".dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create(
            project,
            [.. sources, CSharpSyntaxTree.ParseText(Global)],
            references,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable,
                allowUnsafe: true
            )
        );
    }

    /// <summary>The namespaces that a source declares something in.</summary>
    public static IEnumerable<string> Declared(SyntaxTree source) =>
        source.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Select(declared => declared.Name.ToString());

    /// <summary>The sources that declare something outside the namespace of their folder, by their paths in the project.</summary>
    /// <param name="sources">The project's sources.</param>
    /// <param name="folder">The project's folder in the repository.</param>
    /// <param name="root">The namespace of that folder.</param>
    public static IReadOnlyList<string> Misplaced(IReadOnlyList<SyntaxTree> sources, string folder, string root)
    {
        return
        [
            .. (
                from tree in sources
                let path = tree.FilePath[(folder.Length + 1)..]
                let expected = string.Join('.', path.Split('/').SkipLast(1).Prepend(root))
                let declared = Declared(tree)
                where !declared.SequenceEqual([expected]) && !IsOfTheLanguage(path, declared)
                select string.Join('/', path.Split('/').SkipLast(1))
            ).Distinct(),
        ];

        // What the compiler of C# looks for under a name of its own stands beside the project's file.
        static bool IsOfTheLanguage(string path, IEnumerable<string> declared) =>
            !path.Contains('/', StringComparison.Ordinal) && declared.SequenceEqual(["System.Runtime.CompilerServices"]);
    }

    /// <summary>The namespaces that each lead to all the others, so that none can be understood alone; each such knot in order.</summary>
    public static IReadOnlyList<string> Knots(IReadOnlyList<Arrow> arrows)
    {
        var reachable = arrows.Select(arrow => arrow.From).Distinct().ToDictionary(from => from, from => Reachable(from, arrows));
        return
        [
            .. reachable
                .Keys.Where(name => reachable[name].Contains(name))
                .Select(name =>
                    string.Join(
                        ", ",
                        reachable[name]
                            .Where(other => reachable.TryGetValue(other, out var back) && back.Contains(name))
                            .Order(StringComparer.Ordinal)
                    )
                )
                .Distinct(),
        ];
    }

    private static HashSet<string> Reachable(string from, IReadOnlyList<Arrow> arrows)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var next))
        {
            foreach (var arrow in arrows.Where(arrow => arrow.From == next && found.Add(arrow.To)))
            {
                open.Push(arrow.To);
            }
        }

        return found;
    }

    private static INamedTypeSymbol? Named(ISymbol? symbol) =>
        symbol switch
        {
            INamedTypeSymbol type => type,
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType,
            _ => null,
        };

    private static string Own(SemanticModel model, SyntaxNode node)
    {
        var declaration = node.AncestorsAndSelf().OfType<BaseTypeDeclarationSyntax>().LastOrDefault();
        return declaration is null ? "" : model.GetDeclaredSymbol(declaration)!.ContainingNamespace.ToDisplayString();
    }
}

/// <summary>That one namespace names a type of another.</summary>
/// <param name="From">The namespace in which the name is written.</param>
/// <param name="To">The namespace of the type.</param>
/// <param name="Place">A place where it is.</param>
internal sealed record Arrow(string From, string To, string Place);
