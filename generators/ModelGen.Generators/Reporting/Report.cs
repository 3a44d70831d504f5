using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Text;

namespace ModelGen.Generators.Reporting;

/// <summary>What is wrong with one file, or with one class of it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Diagnostics">The mistakes.</param>
internal sealed record Report(string Path, EquatableArray<Compiler.Diagnostics.Diagnostic> Diagnostics)
{
    /// <summary>Reports the mistakes of a spec or a recipe file.</summary>
    public void AddTo(SourceProductionContext output)
    {
        foreach (var diagnostic in Diagnostics)
        {
            output.ReportDiagnostic(Diagnostic.Create(Descriptors.InFiles[diagnostic.Rule], Outside(diagnostic.Span), diagnostic.Message));
        }
    }

    /// <summary>
    /// Reports the mistakes of attributes, in the source itself, so that settings and pragmas work as for every other diagnostic.
    /// </summary>
    /// <remarks>
    /// The generator reports them, since the C# compiler runs no analyzer where it finds a mistake in a declaration, and a class without
    /// its generated part usually has one.
    /// </remarks>
    public void AddTo(SourceProductionContext output, Compilation compilation)
    {
        foreach (var diagnostic in Diagnostics)
        {
            var file = diagnostic.Span.File ?? Path;
            var tree = compilation.SyntaxTrees.FirstOrDefault(tree => tree.FilePath == file);
            var span = new TextSpan(diagnostic.Span.Start, diagnostic.Span.Length);
            output.ReportDiagnostic(
                Diagnostic.Create(
                    Descriptors.InAttributes[diagnostic.Rule],
                    tree is null ? Outside(diagnostic.Span) : Location.Create(tree, span),
                    diagnostic.Message
                )
            );
        }
    }

    private Location Outside(SourceSpan span) =>
        Location.Create(
            span.File ?? Path,
            new TextSpan(span.Start, span.Length),
            new LinePositionSpan(new LinePosition(span.Line - 1, span.Column - 1), new LinePosition(span.EndLine - 1, span.EndColumn - 1))
        );
}
