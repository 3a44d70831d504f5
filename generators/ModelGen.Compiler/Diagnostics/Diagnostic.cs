using System.Globalization;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Diagnostics;

/// <summary>A mistake at its place, as data.</summary>
internal sealed record Diagnostic(Rule Rule, SourceSpan Span, EquatableArray<string> Arguments)
{
    public string Message => string.Format(CultureInfo.InvariantCulture, Rule.Message, [.. Arguments]);

    /// <summary>The line that builds, editors and tools show.</summary>
    public string Format(string path) => $"{path}({Span.Line},{Span.Column}): error {Rule.Id}: {Message}";
}

/// <summary>Gathers every mistake of one file, each once.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    public int Count => _items.Count;

    public void Report(Rule rule, SourceSpan span, params string[] arguments)
    {
        var diagnostic = new Diagnostic(rule, span, new EquatableArray<string>(arguments));
        if (!_items.Contains(diagnostic))
        {
            _items.Add(diagnostic);
        }
    }

    /// <summary>The mistakes in the order of their places.</summary>
    public EquatableArray<Diagnostic> ToArray() => new(_items.OrderBy(d => d.Span.Start).ThenBy(d => d.Rule.Id, StringComparer.Ordinal));
}
