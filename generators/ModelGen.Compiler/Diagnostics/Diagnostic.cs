using System.Globalization;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Diagnostics;

/// <summary>A mistake and its location, as data.</summary>
/// <param name="Rule">The kind of mistake.</param>
/// <param name="Span">Its location.</param>
/// <param name="Arguments">The arguments of the message.</param>
/// <param name="Note">Which use of a block makes it a mistake; empty outside blocks.</param>
internal sealed record Diagnostic(Rule Rule, SourceSpan Span, EquatableArray<string> Arguments, string Note = "")
{
    public string Message => string.Format(CultureInfo.InvariantCulture, Rule.Message, [.. Arguments]) + Note;

    /// <summary>The line that builds, editors and tools show.</summary>
    /// <param name="path">The file that is compiled.</param>
    public string Format(string path) =>
        $"{Span.File ?? path}({Span.Line},{Span.Column}): {(Rule.IsWarning ? "warning" : "error")} {Rule.Id}: {Message}";
}

/// <summary>Collects every mistake of one file, each once.</summary>
internal sealed class DiagnosticBag
{
    // More than anyone fixes between two builds.
    private const int MostShown = 100;

    // Longer than any helpful message.
    private const int LongestArgument = 1000;

    private readonly HashSet<Diagnostic> _known = [];
    private readonly List<Diagnostic> _items = [];

    public int Count => _items.Count;

    /// <summary>A note for the mistakes that are reported while a block is read for one of its uses.</summary>
    public string Note { get; set; } = "";

    public void Report(Rule rule, SourceSpan span, params string[] arguments)
    {
        // Another use of a block repeats the same mistake.
        var diagnostic = new Diagnostic(
            rule,
            span,
            new EquatableArray<string>(arguments.Select(static argument => Excerpt.Of(argument, LongestArgument)))
        );
        if (_known.Add(diagnostic))
        {
            _items.Add(diagnostic with { Note = Note });
        }
    }

    /// <summary>Adds a mistake unchanged.</summary>
    public void Add(Diagnostic diagnostic)
    {
        if (_known.Add(diagnostic))
        {
            _items.Add(diagnostic);
        }
    }

    /// <summary>The mistakes to show: the first ones in file order and, if there are too many, the number of the rest.</summary>
    public EquatableArray<Diagnostic> Shown()
    {
        var all = ToArray();
        var left = all.Count - MostShown;

        // A single remaining mistake is shown itself, rather than a line that counts it.
        if (left <= 1)
        {
            return all;
        }

        var more = new Diagnostic(
            Rules.TooMany,
            all[MostShown].Span,
            new EquatableArray<string>([left.ToString("N0", CultureInfo.InvariantCulture)])
        );
        return new EquatableArray<Diagnostic>(all.Take(MostShown).Append(more));
    }

    /// <summary>The mistakes in file order.</summary>
    public EquatableArray<Diagnostic> ToArray() =>
        new(_items.OrderBy(static d => d.Span.Start).ThenBy(static d => d.Rule.Id, StringComparer.Ordinal));
}
