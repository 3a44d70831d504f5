using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Words;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Specs;

/// <summary>What is wrong with one spec.</summary>
internal sealed record Report(string Path, EquatableArray<Compiler.Diagnostics.Diagnostic> Diagnostics)
{
    public static Report Create(SpecUnit unit)
    {
        var mistakes = SpecCompiler.Mistakes(unit.File.Parsed, unit.Code.Generated);
        if (unit.SameName is { } first)
        {
            var where = first.Name == unit.Code.Name ? first.Path : $"{first.Path}, as '{first.Name}'";
            mistakes.Add(
                new Compiler.Diagnostics.Diagnostic(
                    Rules.DuplicateModel,
                    unit.File.Parsed.Places.Model.Layer,
                    new EquatableArray<string>([unit.Code.Name!, where])
                )
            );
        }

        return new Report(unit.File.Path, mistakes.Shown());
    }

    public void AddTo(SourceProductionContext output)
    {
        foreach (var diagnostic in Diagnostics)
        {
            var span = diagnostic.Span;
            var lines = new LinePositionSpan(
                new LinePosition(span.Line - 1, span.Column - 1),
                new LinePosition(span.EndLine - 1, span.EndColumn - 1)
            );
            var location = Location.Create(Path, new TextSpan(span.Start, span.Length), lines);
            output.ReportDiagnostic(
                Microsoft.CodeAnalysis.Diagnostic.Create(Descriptors.InFiles[diagnostic.Rule], location, diagnostic.Message)
            );
        }
    }
}
