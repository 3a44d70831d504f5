using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.Diagnostics;
using Diagnostic = ModelGen.Compiler.Diagnostics.Diagnostic;

namespace ModelGen.Generators.Classes;

/// <summary>The mistakes in one class, by file: the parts of a class may be in several.</summary>
internal sealed class ClassMistakes
{
    private readonly Dictionary<SyntaxTree, DiagnosticBag> _files = [];

    /// <summary>Adds all mistakes of a file.</summary>
    public void Add(SyntaxTree file, DiagnosticBag mistakes) => _files.Add(file, mistakes);

    /// <summary>Adds a mistake at a place in source.</summary>
    public void Report(Rule rule, Location place, params string[] arguments)
    {
        var file = place.SourceTree!;
        if (!_files.TryGetValue(file, out var mistakes))
        {
            mistakes = new DiagnosticBag();
            _files.Add(file, mistakes);
        }

        mistakes.Report(rule, new Places(file, place.SourceSpan).Of(place.SourceSpan), arguments);
    }

    /// <summary>The mistakes that are shown, with their places.</summary>
    public IEnumerable<(Location Place, Diagnostic Diagnostic)> Shown() =>
        from file in _files
        from diagnostic in file.Value.Shown()
        select (Location.Create(file.Key, new TextSpan(diagnostic.Span.Start, diagnostic.Span.Length)), diagnostic);
}
