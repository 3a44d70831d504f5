using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelGen.Compiler.Tests.House;

/// <summary>What neither the formatter nor <c>dotnet format</c> holds: lambdas that capture nothing are static, and lines are short.</summary>
public sealed class StyleTests
{
    private const int LongestLine = 140;

    private static readonly string[] Compiled =
    [
        "generators/ModelGen.Compiler",
        "generators/ModelGen.Generators",
        "src/ModelGen.Core",
        "src/ModelGen.Torch",
    ];

    public static TheoryData<string> Libraries => [.. Compiled];

    public static TheoryData<string> Folders =>
        [
            .. new[] { "generators", "src", "examples" }.SelectMany(part =>
                Directory.EnumerateDirectories(Path.Combine(Repository.Root, part)).Select(folder => $"{part}/{Path.GetFileName(folder)}")
            ),
        ];

    // The SDK's own rule for this, IDE0320, reports nothing in a build.
    [Theory]
    [MemberData(nameof(Libraries))]
    public void LambdasThatCaptureNothingAreStatic(string folder)
    {
        var problems = CouldBeStatic(Namespaces.Compile(Namespaces.Sources(folder), Path.GetFileName(folder)));

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void ALambdaThatCouldBeStaticIsFound()
    {
        var source = CSharpSyntaxTree.ParseText(
            """
            class House
            {
                int rooms;
                object[] All(int more) => [
                    (int x) => x + 1,
                    (int x) => x + more,
                    (int x) => x + rooms,
                    (int x) => Local(x),
                    static (int x) => x + 1,
                    delegate (int x) { return x; },
                ];
                void Nested() { System.Func<int, System.Func<int>> f = static x => () => x; System.Func<int> g = () => { int Local() => 1; return Local(); }; }
                object Both(int more) { int Local(int x) => x + more; return (int x) => Local(x); }
                int Local(int x) => x + rooms;
            }
            """,
            path: "House.cs"
        );

        Assert.Equal(
            [
                "House.cs(5): (int x) => x + 1",
                "House.cs(10): delegate (int x) { return x; }",
                "House.cs(12): () => { int Local() => 1; return Local(); }",
            ],
            CouldBeStatic(Namespaces.Compile([source], "House"))
        );
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void LinesAreShort(string folder)
    {
        var problems = Namespaces.Sources(folder).SelectMany(TooLong).ToList();

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void ALineThatIsTooLongIsFound()
    {
        var words = new string('x', LongestLine);
        var source = CSharpSyntaxTree.ParseText(
            $"// {words}\nclass C\n{{\n    string s = \"\"\"\n        {words}\n        \"\"\";\n}}\n",
            path: "C.cs"
        );

        Assert.Equal([$"C.cs(1): {LongestLine + 3} characters"], TooLong(source));
    }

    private static List<string> CouldBeStatic(CSharpCompilation compilation) =>
        [
            .. from tree in compilation.SyntaxTrees
            let model = compilation.GetSemanticModel(tree)
            from function in tree.GetRoot().DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>()
            where !function.Modifiers.Any(SyntaxKind.StaticKeyword) && !Captures(model, function)
            select $"{tree.FilePath}({Line(tree, function)}): {function}",
        ];

    // What comes from outside: variables and parameters, "this", and local functions that are not static.
    private static bool Captures(SemanticModel model, AnonymousFunctionExpressionSyntax function) =>
        model.AnalyzeDataFlow(function) is not { Succeeded: true } flow
        || flow.CapturedInside.Any(symbol => symbol is IParameterSymbol { IsThis: true } || IsOutside(function, symbol))
        || flow.UsedLocalFunctions.Any(local => !local.IsStatic && IsOutside(function, local));

    private static bool IsOutside(AnonymousFunctionExpressionSyntax function, ISymbol symbol) =>
        !symbol.Locations.Any(place => place.SourceTree == function.SyntaxTree && function.Span.Contains(place.SourceSpan));

    // The text of a raw string is what it is.
    private static IEnumerable<string> TooLong(SyntaxTree source)
    {
        var text = source.GetText();
        var raw = source
            .GetRoot()
            .DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken) || token.IsKind(SyntaxKind.InterpolatedStringTextToken))
            .SelectMany(token => Lines(token.SyntaxTree!, token.Span))
            .ToHashSet();
        return text
            .Lines.Where(line => line.Span.Length > LongestLine && !raw.Contains(line.LineNumber))
            .Select(line => $"{source.FilePath}({line.LineNumber + 1}): {line.Span.Length} characters");
    }

    private static IEnumerable<int> Lines(SyntaxTree source, Microsoft.CodeAnalysis.Text.TextSpan span)
    {
        var (start, end) = (source.GetLineSpan(span).StartLinePosition.Line, source.GetLineSpan(span).EndLinePosition.Line);
        return start == end ? [] : Enumerable.Range(start, end - start + 1);
    }

    private static int Line(SyntaxTree tree, SyntaxNode node) => tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
}
